//! The tasks of `cargo xtask bench survival`: draws the data, writes them for the other programs, and times the
//! estimators. Arguments: data file, rows.

use std::io::Write as _;
use std::time::Instant;

use her2path_survival::aalen_johansen::{CompetingRisks, aalen_johansen};
use her2path_survival::concordance::PairWeight;
use her2path_survival::cox::{Cox, TimeTransform};
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::linalg::Matrix;
use her2path_survival::log_rank::{Weight, log_rank};
use her2path_survival::observations::{Groups, Observations};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Uniform numbers between 0 and 1 by a 64-bit linear congruential generator (Knuth's constants), upper bits.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }
}

/// Columns of the cohort.
struct Cohort {
    days: Vec<f64>,
    continuous: Vec<f64>,
    cause: Vec<usize>,
    group: Vec<usize>,
    x: Vec<f64>,
}

/// Exponential survival with proportional hazards in five covariates, about 3,000 distinct days, 60 % events of two causes.
fn draw(rows: usize) -> Cohort {
    let mut random = Random(20_261_101);
    let mut cohort =
        Cohort { days: Vec::new(), continuous: Vec::new(), cause: Vec::new(), group: Vec::new(), x: Vec::new() };
    let effects = [0.3, -0.2, 0.1, 0.0, 0.4];
    for _ in 0..rows {
        let group = usize::from(random.uniform() < 0.5);
        let mut score = 0.2 * group as f64;
        for effect in effects {
            // The sum of twelve uniforms less six has mean zero and variance one.
            let value = (0..12).map(|_| random.uniform()).sum::<f64>() - 6.0;
            score += effect * value;
            cohort.x.push(value);
        }
        let survival = -random.uniform().ln() * 1500.0 * f64::exp(-score);
        let censoring = random.uniform() * 3000.0;
        let time = survival.min(censoring);
        let cause = if survival <= censoring { 1 + usize::from(random.uniform() < 0.4) } else { 0 };
        cohort.days.push(time.ceil());
        cohort.continuous.push(time);
        cohort.cause.push(cause);
        cohort.group.push(group);
    }
    cohort
}

fn write(cohort: &Cohort, path: &str) -> Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let rows = cohort.days.len();
    let as_number = |codes: &[usize]| -> Vec<f64> { codes.iter().map(|&code| code as f64).collect() };
    let mut columns =
        vec![cohort.days.clone(), cohort.continuous.clone(), as_number(&cohort.cause), as_number(&cohort.group)];
    columns.extend((0..5).map(|j| cohort.x.iter().skip(j).step_by(5).take(rows).copied().collect()));
    for value in columns.iter().flatten() {
        file.write_all(&value.to_le_bytes())?;
    }
    Ok(file.flush()?)
}

/// Prints the median seconds of three runs after one to warm up.
fn timed<T>(name: &str, task: impl Fn() -> Result<T>) -> Result<()> {
    std::hint::black_box(task()?);
    let mut seconds = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        std::hint::black_box(task()?);
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    println!("{name} {:.4}", seconds.get(1).copied().unwrap_or(f64::NAN));
    Ok(())
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("the data file is missing")?;
    let rows: usize = arguments.next().ok_or("the number of rows is missing")?.parse()?;
    let cohort = draw(rows);
    write(&cohort, &path)?;
    println!("version her2path-survival {}", env!("CARGO_PKG_VERSION"));
    let event: Vec<bool> = cohort.cause.iter().map(|&cause| cause > 0).collect();
    let x = Matrix::from_rows(rows, 5, cohort.x).ok_or("five covariates a row")?;
    let all: Vec<usize> = (0..rows).collect();
    timed("km_ties", || Ok(KaplanMeier::fit(&Observations::new(&cohort.days, &event)?)))?;
    timed("km_continuous", || Ok(KaplanMeier::fit(&Observations::new(&cohort.continuous, &event)?)))?;
    timed("logrank_ties", || {
        let groups = Groups::new(&cohort.group, 2, rows)?;
        Ok(log_rank(&Observations::new(&cohort.days, &event)?, &groups, None, Weight::LogRank)?)
    })?;
    timed("cox_ties", || Ok(Cox::new(Observations::new(&cohort.days, &event)?, &x)?.fit()?))?;
    timed("cox_continuous", || Ok(Cox::new(Observations::new(&cohort.continuous, &event)?, &x)?.fit()?))?;
    timed("cox_concordance", || {
        let fit = Cox::new(Observations::new(&cohort.days, &event)?, &x)?.fit()?;
        Ok(fit.concordance(PairWeight::Equal)?)
    })?;
    let fit = Cox::new(Observations::new(&cohort.days, &event)?, &x)?.fit()?;
    let terms: Vec<Vec<usize>> = (0..5).map(|column| vec![column]).collect();
    timed("zph_ties", || Ok(fit.proportional_hazards(TimeTransform::KaplanMeier, &terms)?))?;
    timed("aj_ties", || {
        let data = CompetingRisks::new(Observations::new(&cohort.days, &event)?, &cohort.cause, 2)?;
        Ok(aalen_johansen(&data, &all)?)
    })
}

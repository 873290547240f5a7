//! The person and the disease: age, stage, receptors, sites, and how long they live.
//!
//! Every proportion carries its source here and in `docs/synth.md`; "project figure" marks those that no source at hand
//! gives.

use super::{Cancer, Course, Entries, Hospital, Journey, Metastatic, Receptors, Site, Stage, early, treatment};
use crate::curves::{self, Curve};
use crate::day::{Day, MONTH};
use crate::journey::workup::LvefSeries;
use crate::noise::MEDICINES;
use crate::plan::{Group, Plan};
use crate::random::Random;

/// Share found metastatic at first diagnosis (project figure: about half in trials and registries of the time).
const DE_NOVO: f64 = 0.5;
/// Share of men (about 1 % of breast cancers; ACS Facts and Figures, from memory).
const MALE: f64 = 0.01;
/// Share positive for hormone receptors among HER2-positive primaries: 141 of 207 in MSK 2018 (Razavi 2018).
const HORMONE_RECEPTOR_POSITIVE: f64 = 141.0 / 207.0;
/// Share with score 3+ among HER2-positive primaries with a score of 2+ or 3+: 150 of 193 in MSK 2018.
const SCORE_3: f64 = 150.0 / 193.0;
/// Share of PgR-positive among ER-positive HER2-positive primaries: 105 of 140 in MSK 2018.
const PR_WITH_ER: f64 = 105.0 / 140.0;
/// Deciles of the percentage of ER-positive cells in hormone-receptor-positive HER2-positive primaries, those above zero
/// (MSK 2018).
const ER_PERCENT: [u8; 9] = [14, 44, 70, 80, 90, 90, 95, 95, 99];
const PR_PERCENT: [u8; 7] = [5, 25, 40, 50, 70, 80, 90];

/// Sites at the first metastasis, each on its own (project figures, in the order of SEER 2010 to 2014: bone, lung, liver,
/// brain, Xiao 2018).
const SITES: [(Site, f64); 10] = [
    (Site::Bone, 0.52),
    (Site::Liver, 0.36),
    (Site::Lung, 0.34),
    (Site::Pleura, 0.08),
    (Site::Brain, 0.07),
    (Site::Skin, 0.06),
    (Site::Adrenal, 0.03),
    (Site::Peritoneum, 0.03),
    (Site::Ovary, 0.02),
    (Site::Leptomeninges, 0.005),
];

pub(super) fn make(plan: &Plan, random: &mut Random) -> Journey {
    let mix = plan.mix;
    let groups = [
        (Group::Her2Metastatic, mix.her2_metastatic),
        (Group::Her2Early, mix.her2_early),
        (Group::OtherBreast, mix.other_breast),
        (Group::Other, mix.other),
    ];
    let group = random.weighted(&groups).unwrap_or(Group::Her2Metastatic);
    let span = plan.until.since(plan.from).max(61);
    let index = plan.from.plus(random.between(0, span - 60));
    let age = (55.0 + 13.0 * random.normal()).clamp(26.0, 92.0);
    let birth = index.plus_months(-12.0 * age);
    let mut journey = Journey {
        group,
        male: random.chance(MALE),
        birth,
        menopause: random.between(47, 54),
        death: None,
        last_day: plan.until,
        hospital: hospital(random),
        other_medicines: (0..MEDICINES.len()).filter(|_| random.chance(0.12)).collect(),
        cancer: None,
    };
    match group {
        Group::Other => other_person(&mut journey, index, random),
        Group::Her2Early => {
            let receptors = her2_positive(random);
            journey.cancer = Some(not_spread(index, receptors, random));
        }
        Group::OtherBreast => {
            let receptors = her2_negative(random);
            if random.chance(0.5) {
                journey.cancer = Some(not_spread(index, receptors, random));
            } else {
                spread(&mut journey, index, receptors, random);
            }
        }
        Group::Her2Metastatic => {
            let receptors = her2_positive(random);
            spread(&mut journey, index, receptors, random);
        }
    }
    journey
}

fn hospital(random: &mut Random) -> Hospital {
    Hospital {
        thorough: random.chance(0.6),
        states_none_taken: random.chance(0.7),
        entries: random
            .weighted(&[
                (Entries::OrdersAndAdministrations, 0.4),
                (Entries::Orders, 0.3),
                (Entries::Statements, 0.2),
                (Entries::OrderEachCycle, 0.1),
            ])
            .unwrap_or(Entries::Orders),
        writes_intent: random.chance(0.6),
        scores: random.chance(0.8),
        icd: random.chance(0.4),
    }
}

/// A death that has nothing to do with breast cancer, now and then.
fn other_person(journey: &mut Journey, index: Day, random: &mut Random) {
    if random.chance(0.05) {
        let death = index.plus(random.between(30, 2000));
        if death < journey.last_day {
            journey.death = Some(death);
            journey.last_day = death;
        }
    }
}

fn her2_positive(random: &mut Random) -> Receptors {
    let ihc = if random.chance(SCORE_3) { 3 } else { 2 };
    let ish = (ihc == 2 || random.chance(0.3)).then(|| {
        // Ratios of positive tumours in MSK 2018: quartiles 2.3, 4.0, 6.4.
        let ratio = (20.0 + 40.0 * random.unit() * random.unit()).round() as i32;
        (ratio, (ratio * 25 / 10).max(45))
    });
    let hormone = random.chance(HORMONE_RECEPTOR_POSITIVE);
    let (er, pr) = hormone_receptors(hormone, random);
    Receptors { ihc, ish, er, pr, ki67: ki67(random) }
}

fn her2_negative(random: &mut Random) -> Receptors {
    // MSK 2018, HER2-negative with a single score: 1+ 579, 2+ 214, the rest 0 or between (about the same as 1+).
    let ihc = random.weighted(&[(0, 0.35), (1, 0.45), (2, 0.2)]).unwrap_or(0);
    let ish = (ihc == 2).then(|| {
        let ratio = random.between(9, 17);
        (ratio, ratio * 2)
    });
    let (er, pr) = hormone_receptors(random.chance(1422.0 / 1596.0), random);
    Receptors { ihc, ish, er, pr, ki67: ki67(random) }
}

fn hormone_receptors(positive: bool, random: &mut Random) -> (u8, u8) {
    if !positive {
        return (0, 0);
    }
    // 5 % of ER-positive tumours have 1 to 10 % of cells (ASCO/CAP 2020 speaks of 2 to 3 % of all).
    let er = if random.chance(0.05) {
        u8::try_from(random.between(1, 10)).unwrap_or(1)
    } else {
        random.one_of(&ER_PERCENT).unwrap_or(90)
    };
    let pr = if random.chance(PR_WITH_ER) { random.one_of(&PR_PERCENT).unwrap_or(50) } else { 0 };
    (er, pr)
}

fn ki67(random: &mut Random) -> u8 {
    u8::try_from(random.between(8, 75)).unwrap_or(30)
}

fn early_stage(random: &mut Random) -> Stage {
    let t = random.weighted(&[(1, 0.35), (2, 0.45), (3, 0.15), (4, 0.05)]).unwrap_or(2);
    let n = random.weighted(&[(0, 0.45), (1, 0.4), (2, 0.1), (3, 0.05)]).unwrap_or(0);
    Stage { t, n, m: 0 }
}

fn not_spread(index: Day, receptors: Receptors, random: &mut Random) -> Cancer {
    let mut cancer = Cancer {
        found: index,
        left: random.chance(0.5),
        stage: early_stage(random),
        grade: u8::try_from(random.between(1, 3)).unwrap_or(2),
        primary: receptors,
        early: Vec::new(),
        surgery: None,
        metastatic: None,
        lvef: LvefSeries::default(),
    };
    early::treat(&mut cancer, None, random);
    cancer
}

fn spread(journey: &mut Journey, found: Day, receptors: Receptors, random: &mut Random) {
    let de_novo = random.chance(DE_NOVO);
    let her2 = receptors.her2_positive();
    let mut cancer = if de_novo {
        let stage = Stage { m: 1, ..early_stage(random) };
        let primary = found.plus(-random.between(0, 20));
        Cancer { found: primary, stage, ..not_treated(primary, receptors, random) }
    } else {
        // Months from first diagnosis to recurrence: lognormal, median 40 (project figure).
        let months = (40.0 * (0.65 * random.normal()).exp()).clamp(9.0, 180.0);
        let primary = found.plus((-months * MONTH) as i32);
        let mut cancer = not_treated(primary, receptors, random);
        early::treat(&mut cancer, Some(found), random);
        // Where early treatment runs close to the recurrence, dates alone do not tell the two apart.
        let close = |course: &Course| course.end.is_none_or(|end| found.since(end) < 150);
        journey.hospital.writes_intent |= cancer.early.iter().any(close);
        cancer
    };
    let mut sites: Vec<(Site, Day)> = SITES
        .iter()
        .filter(|(_, share)| random.chance(*share))
        .map(|(site, _)| *site)
        .collect::<Vec<_>>()
        .into_iter()
        .map(|site| (site, found.plus(random.between(0, 12))))
        .collect();
    match sites.first_mut() {
        Some((_, day)) => *day = found,
        None => sites.push((Site::Bone, found)),
    }
    let biopsied = sites.iter().map(|(site, _)| *site).find(|site| !matches!(site, Site::Brain | Site::Leptomeninges));
    let biopsy =
        biopsied.filter(|_| random.chance(0.7)).map(|site| (found.plus(random.between(13, 18)), receptors, site));
    cancer.metastatic = Some(Metastatic {
        found,
        de_novo,
        sites,
        biopsy,
        lines: Vec::new(),
        progressions: Vec::new(),
        brain_local: Vec::new(),
        workups: Vec::new(),
        decisions: Vec::new(),
        lung_disease: None,
    });
    let age = f64::from(found.years_since(journey.birth));
    // One latent number ties the times of one patient together.
    let latent = random.normal();
    let curve = if her2 { curves::OS_THP } else { curves::OS_OTHER };
    let hazard =
        if receptors.hormone_receptor_positive() { 0.93 } else { 1.15 } * if age >= 70.0 { 1.35 } else { 0.95 };
    let lives = survival(curve, latent, 0.8, hazard, random);
    let death = found.plus_months(lives.max(1.5));
    treatment::treat(journey, cancer, death, latent, random);
}

fn not_treated(found: Day, receptors: Receptors, random: &mut Random) -> Cancer {
    Cancer {
        found,
        left: random.chance(0.5),
        stage: early_stage(random),
        grade: u8::try_from(random.between(1, 3)).unwrap_or(2),
        primary: receptors,
        early: Vec::new(),
        surgery: None,
        metastatic: None,
        lvef: LvefSeries::default(),
    }
}

/// Months from a curve: the patient's latent number counts with a correlation, a hazard ratio moves the curve.
pub(super) fn survival(curve: Curve, latent: f64, correlation: f64, hazard: f64, random: &mut Random) -> f64 {
    let own = random.normal();
    let z = correlation * latent + (1.0 - correlation * correlation).sqrt() * own;
    let probability = normal_cdf(z).clamp(1e-4, 1.0 - 1e-4);
    curve.time_at(probability.powf(1.0 / hazard))
}

/// Abramowitz and Stegun 7.1.26 (error below 1.5e-7); large where survival is short, so it is used as a probability of
/// survival.
fn normal_cdf(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let polynomial =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let erf = 1.0 - polynomial * (-x * x).exp();
    0.5 * (1.0 + if z < 0.0 { -erf } else { erf })
}

#[cfg(test)]
mod tests {
    use super::normal_cdf;

    #[test]
    fn the_normal_distribution_is_that_of_the_tables() {
        for (z, expected) in
            [(0.0, 0.5), (1.0, 0.841_344_7), (-1.0, 0.158_655_3), (1.959_964, 0.975), (-2.5, 0.006_209_7)]
        {
            assert!((normal_cdf(z) - expected).abs() < 2e-7, "{z}");
        }
    }
}

//! Turns the tables under `data/` into Rust constants, so that nothing is parsed at run time and a table that does not
//! have its shape stops the build. Checks shape only; that the numbers are right is shown by the oracle tests.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::{env, fs, path::Path};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    println!("cargo::rerun-if-changed=data");
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR")?;
    let write = |name: &str, text: String| fs::write(Path::new(&out).join(name), text);
    write("bcrat.rs", bcrat()?)?;
    write("icare_lit.rs", icare_lit()?)?;
    write("predict.rs", predict()?)?;
    write("tables.rs", tables()?)?;
    Ok(())
}

/// One static per race code, in the order of the columns of the tables.
fn bcrat() -> Outcome<String> {
    let beta = Table::read("bcrat/beta.csv")?.of_rows(6)?;
    let one_minus_ar = Table::read("bcrat/one_minus_attributable_risk.csv")?.of_rows(2)?;
    let incidence = Table::read("bcrat/lambda1_incidence.csv")?.of_rows(14)?;
    let mortality = Table::read("bcrat/lambda2_competing_mortality.csv")?.of_rows(14)?;
    let mut text = String::new();
    for code in ["Wh", "AA", "HU", "NA", "HF", "Ch", "Ja", "Fi", "Hw", "oP", "oA"] {
        // The average woman of codes Wh and NA has the rates of 1992-96; the others have their own.
        let average = if ["Wh", "NA"].contains(&code) { "Wh_avg_1992_96" } else { code };
        writeln!(
            text,
            "pub(super) static {}: Constants = Constants {{ beta: {:?}, one_minus_attributable_risk: {:?}, incidence: {:?}, \
             mortality: {:?}, average_incidence: {:?}, average_mortality: {:?} }};",
            code.to_uppercase(),
            beta.numbers(code)?,
            one_minus_ar.numbers(code)?,
            incidence.numbers(code)?,
            mortality.numbers(code)?,
            incidence.numbers(average)?,
            mortality.numbers(average)?,
        )?;
    }
    Ok(text)
}

/// Coefficients by variable, each array in the order of the levels, the reference level 0.
fn icare_lit() -> Outcome<String> {
    let rows = Table::read("icare_lit/coefficients.csv")?;
    let mut found = BTreeMap::new();
    for row in &rows.rows {
        let key = (cell(row, "model")?, cell(row, "variable")?, cell(row, "level")?);
        found.insert(key, number(cell(row, "log_rr")?)?);
    }
    let menarche = ["<=10", "11", "12", "13", "14", "15", ">=16"];
    let menopause = ["<40", "40-45", "45-50", "50-55", ">=55"];
    let alcohol = ["0", ">0-5", "5-15", "15-25", "25-35", "35-45", ">=45"];
    let first_birth = ["<20", "20-25", "25-30", ">=30"];
    let bmi = ["<18.5", "18.5-25", "25-30", ">=30"];
    let mut used = 0;
    let mut of = |model: &str, variable: &str, levels: &[&str], reference: &str| -> Outcome<Vec<f64>> {
        let mut values = Vec::new();
        for level in levels {
            if level == &reference {
                values.push(0.0);
            } else {
                used += 1;
                values.push(
                    *found.get(&(model, variable, *level)).ok_or_else(|| format!("no {model} {variable} {level}"))?,
                );
            }
        }
        Ok(values)
    };
    let mut text = String::new();
    for model in ["lt50", "ge50"] {
        writeln!(text, "pub(super) static {}: Coefficients = Coefficients {{", model.to_uppercase())?;
        let mut field = |name: &str, values: Vec<f64>| writeln!(text, "    {name}: {values:?},");
        field("age_at_menarche", of(model, "age_at_menarche", &menarche, "13")?)?;
        field("parity", of(model, "parity", &["0", "1", "2", ">=3"], "0")?)?;
        field("age_first_birth", of(model, "age_first_birth", &first_birth, "<20")?)?;
        field("alcohol_intake", of(model, "alcohol_intake", &alcohol, "0")?)?;
        for name in ["oc_ever", "bbd", "famhist"] {
            field(name, of(model, name, &["0", "1"], "0")?)?;
        }
        field("height", of(model, "height", &["per 10 cm"], "")?)?;
        if model == "lt50" {
            field("oc_current", of(model, "oc_current", &["0", "1"], "0")?)?;
            field("bmi_curc", of(model, "bmi_curc", &bmi, "18.5-25")?)?;
            field("age_at_menopause", vec![0.0; 5])?;
            field("hrt", vec![0.0; 3])?;
            field("hrt_type", vec![0.0; 2])?;
            field("hrt_current_by_bmi", vec![0.0; 4])?;
            field("hrt_former_by_bmi", vec![0.0; 4])?;
            field("hrt_type_by_bmi", vec![0.0; 4])?;
        } else {
            // From 50 the two bands below 25 kg/m2 are one, the reference level.
            let by_bmi = |values: Vec<f64>| [vec![0.0, 0.0], values].concat();
            field("oc_current", vec![0.0; 2])?;
            field("bmi_curc", by_bmi(of(model, "bmi_curc", &["25-30", ">=30"], "")?))?;
            field("age_at_menopause", of(model, "age_at_menopause", &menopause, "50-55")?)?;
            field("hrt", of(model, "hrt", &["never", "current", "former"], "never")?)?;
            field("hrt_type", of(model, "hrt_type", &["0", "1"], "0")?)?;
            let levels = ["current x 25-30", "current x >=30"];
            field("hrt_current_by_bmi", by_bmi(of(model, "hrt x bmi_curc", &levels, "")?))?;
            let levels = ["former x 25-30", "former x >=30"];
            field("hrt_former_by_bmi", by_bmi(of(model, "hrt x bmi_curc", &levels, "")?))?;
            let levels = ["1 x 25-30", "1 x >=30"];
            field("hrt_type_by_bmi", by_bmi(of(model, "hrt_type x bmi_curc", &levels, "")?))?;
        }
        writeln!(text, "}};")?;
    }
    if used != found.len() {
        return Err(format!("icare_lit/coefficients.csv has {} rows, {used} were used", found.len()).into());
    }

    let hazards = Table::read("icare_lit/baseline_hazards.csv")?.of_rows(85)?;
    let mortality = Table::read("icare_lit/age_specific_all_cause_mortality_rates.csv")?.of_rows(80)?;
    let quantiles = Table::read("icare_lit/reference_lp_quantiles.csv")?.of_rows(101)?;
    hazards.counts_from("age", 0)?;
    mortality.counts_from("age", 1)?;
    let list =
        |name: &str, values: Vec<f64>| format!("pub(super) static {name}: [f64; {}] = {values:?};\n", values.len());
    text += &list("INCIDENCE", hazards.numbers("incidence")?);
    text += &list("BASELINE_LT50", hazards.numbers("baseline_hazard_lt50")?);
    text += &list("BASELINE_GE50", hazards.numbers("baseline_hazard_ge50")?);
    text += &list("MORTALITY_FROM_AGE_1", mortality.numbers("rate")?);
    text += &list("QUANTILES_LT50", quantiles.numbers("lp_lt50")?);
    text += &list("QUANTILES_GE50", quantiles.numbers("lp_ge50")?);
    Ok(text)
}

/// One constant per coefficient, under its published name in capitals.
fn predict() -> Outcome<String> {
    let mut text = String::new();
    for (module, file, rows) in [("v2", "predict/v2.2.csv", 41), ("v3", "predict/v3.csv", 26)] {
        let table = Table::read(file)?.of_rows(rows)?;
        writeln!(text, "pub(in crate::predict) mod {module} {{")?;
        for row in &table.rows {
            let name = cell(row, "name")?.replace('.', "_").to_uppercase();
            writeln!(text, "    pub(in crate::predict) const {name}: f64 = {:?};", number(cell(row, "value")?)?)?;
        }
        writeln!(text, "}}")?;
    }
    Ok(text)
}

/// The tables of facts: arrays of structs whose fields are the columns.
fn tables() -> Outcome<String> {
    use Kind::{File, Flag, MaybeNumber, Number, Support, Text, Whole};
    let mut text = String::new();
    text += &facts(
        "genes/moderate_penetrance_by_age.csv",
        "MODERATE_PENETRANCE",
        "crate::genes::AgeBand",
        &[
            ("age_band", Text),
            ("pop_5y_pct", MaybeNumber),
            ("pop_cum_pct", Number),
            ("atm_nbn_5y", MaybeNumber),
            ("atm_nbn_cum", Number),
            ("chek2_1100delC_5y", MaybeNumber),
            ("chek2_1100delC_cum", Number),
            ("chek2_I157T_5y", MaybeNumber),
            ("chek2_I157T_cum", Number),
            ("palb2_5y", MaybeNumber),
            ("palb2_cum", Number),
        ],
    )?;
    text += &facts(
        "genes/lifetime.csv",
        "LIFETIME",
        "crate::genes::LifetimeRisk",
        &[
            ("gene", Text),
            ("variant", Text),
            ("risk_low_pct", MaybeNumber),
            ("risk_high_pct", MaybeNumber),
            ("ci_low_pct", MaybeNumber),
            ("ci_high_pct", MaybeNumber),
            ("by_age", MaybeNumber),
            ("relative_risk", Text),
            ("also", Text),
            ("citation", Text),
            ("support", Support),
        ],
    )?;
    text += &facts(
        "risk_factors.csv",
        "RISK_FACTORS",
        "crate::risk_factors::RiskFactor",
        &[
            ("id", Text),
            ("factor", Text),
            ("category", Text),
            ("compared_with", Text),
            ("measure", Text),
            ("estimate", MaybeNumber),
            ("low", MaybeNumber),
            ("high", MaybeNumber),
            ("interval", Text),
            ("changeable", Flag),
            ("natural_frequency", Text),
            ("citation", Text),
            ("support", Support),
        ],
    )?;
    text += &facts(
        "registry_survival.csv",
        "REGISTRY_SURVIVAL",
        "crate::population::RegistrySurvival",
        &[
            ("subtype", Text),
            ("stage", Text),
            ("relative_survival_5y_pct", Number),
            ("diagnosed", Text),
            ("registry", Text),
            ("citation", Text),
            ("support", Support),
        ],
    )?;
    text += &facts(
        "trial_overall_survival.csv",
        "TRIAL_OVERALL_SURVIVAL",
        "crate::population::TrialOverallSurvival",
        &[
            ("trial", Text),
            ("setting", Text),
            ("arm", Text),
            ("median_os_months", Number),
            ("comparator", Text),
            ("comparator_median_os_months", MaybeNumber),
            ("remark", Text),
            ("citation", Text),
            ("support", Support),
        ],
    )?;
    text += &facts(
        "prognostic_factors.csv",
        "PROGNOSTIC_FACTORS",
        "crate::population::PrognosticFactor",
        &[
            ("population", Text),
            ("factor", Text),
            ("compared_with", Text),
            ("hazard_ratio", Number),
            ("low", MaybeNumber),
            ("high", MaybeNumber),
            ("citation", Text),
            ("support", Support),
        ],
    )?;
    text += &facts(
        "conditional_survival.csv",
        "CONDITIONAL_SURVIVAL",
        "crate::conditional::PublishedConditionalSurvival",
        &[
            ("survived_years", Number),
            ("chance_of_reaching_5_years_pct", Number),
            ("kind", Text),
            ("population", Text),
            ("citation", Text),
            ("support", Support),
        ],
    )?;
    text += &facts(
        "trial_arms.csv",
        "TRIAL_ARMS",
        "crate::trial_curves::TrialArm",
        &[
            ("id", Text),
            ("file", File("trials_ipd")),
            ("arm", Text),
            ("trial", Text),
            ("outcome", Text),
            ("unit", Text),
            ("role", Text),
            ("regimen", Text),
            ("drugs", Text),
            ("line_from", Whole),
            ("line_to", Whole),
            ("participants", Text),
            ("citation", Text),
            ("published", Whole),
            ("published_hazard_ratio", Number),
            ("quality_pct", Whole),
        ],
    )?;
    Ok(text)
}

enum Kind {
    Text,
    /// The name of a CSV file in a folder of `data`, whose text is compiled in.
    File(&'static str),
    Number,
    Whole,
    MaybeNumber,
    Flag,
    Support,
}

fn facts(file: &str, name: &str, path: &str, columns: &[(&str, Kind)]) -> Outcome<String> {
    let table = Table::read(file)?;
    if table.rows.first().is_none_or(|row| row.len() != columns.len()) {
        return Err(format!("`{file}` has other columns than the program expects").into());
    }
    let mut text = format!("pub(crate) static {name}: [{path}; {}] = [\n", table.rows.len());
    for row in &table.rows {
        write!(text, "    {path} {{ ")?;
        for (column, kind) in columns {
            let value = cell(row, column)?;
            let literal = match kind {
                Kind::Text => format!("{value:?}"),
                Kind::File(folder) => {
                    format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/data/{folder}/{value}.csv\"))")
                }
                Kind::Number => format!("{:?}", number(value)?),
                Kind::Whole => {
                    value.parse::<u16>().map_err(|_| format!("`{file}`, `{column}`: `{value}`"))?.to_string()
                }
                Kind::MaybeNumber if value.is_empty() => "None".into(),
                Kind::MaybeNumber => format!("Some({:?})", number(value)?),
                Kind::Flag => match value {
                    "yes" => "true".into(),
                    "no" => "false".into(),
                    other => return Err(format!("`{file}`, `{column}`: `{other}` is neither `yes` nor `no`").into()),
                },
                Kind::Support => match value {
                    "seen" => "crate::Support::Seen".into(),
                    "from-memory" => "crate::Support::FromMemory".into(),
                    other => return Err(format!("`{file}`: unknown support `{other}`").into()),
                },
            };
            write!(text, "{}: {literal}, ", column.to_lowercase())?;
        }
        writeln!(text, "}},")?;
    }
    text += "];\n";
    Ok(text)
}

/// A table with a header line; quoted cells as in RFC 4180, without line breaks in cells.
struct Table {
    file: String,
    rows: Vec<BTreeMap<String, String>>,
}

impl Table {
    fn read(file: &str) -> Outcome<Self> {
        let text = fs::read_to_string(Path::new("data").join(file))?;
        let mut lines = text.lines().map(split);
        let header = lines.next().ok_or_else(|| format!("`{file}` is empty"))?;
        let mut rows = Vec::new();
        for (index, cells) in lines.enumerate() {
            if cells.len() != header.len() {
                return Err(format!(
                    "`{file}`, data line {}: {} cells, {} columns",
                    index + 1,
                    cells.len(),
                    header.len()
                )
                .into());
            }
            rows.push(header.iter().cloned().zip(cells).collect());
        }
        Ok(Self { file: file.into(), rows })
    }

    fn of_rows(self, count: usize) -> Outcome<Self> {
        if self.rows.len() == count {
            Ok(self)
        } else {
            Err(format!("`{}` has {} rows instead of {count}", self.file, self.rows.len()).into())
        }
    }

    fn numbers(&self, column: &str) -> Outcome<Vec<f64>> {
        self.rows.iter().map(|row| number(cell(row, column)?)).collect()
    }

    fn counts_from(&self, column: &str, first: u32) -> Outcome<()> {
        for (value, expected) in self.numbers(column)?.into_iter().zip(first..) {
            if value != f64::from(expected) {
                return Err(format!("`{}`: `{column}` is {value} where {expected} is due", self.file).into());
            }
        }
        Ok(())
    }
}

fn cell<'a>(row: &'a BTreeMap<String, String>, column: &str) -> Outcome<&'a str> {
    Ok(row.get(column).ok_or_else(|| format!("no column `{column}`"))?)
}

fn number(text: &str) -> Outcome<f64> {
    text.parse().map_err(|_| format!("`{text}` is not a number").into())
}

fn split(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    cells.push(cell);
    cells
}

//! `drugs/*.toml`: drugs and regimens; `lines-of-therapy.toml`: the numbers in the rules for lines.

use crate::drug::DrugClass;
use crate::source::Located;
use crate::table::Section;

pub(crate) struct RawDrug {
    pub(crate) id: Located<String>,
    pub(crate) title: Located<String>,
    pub(crate) class: Option<DrugClass>,
    pub(crate) cycle_days: Option<Located<i64>>,
    pub(crate) components: Vec<Located<String>>,
    pub(crate) written_with: Vec<Located<String>>,
    pub(crate) doses: Vec<Located<String>>,
    pub(crate) names: Vec<Located<String>>,
}

pub(crate) struct RawRegimen {
    pub(crate) id: Located<String>,
    pub(crate) names: Vec<Located<String>>,
    pub(crate) drugs: Vec<Located<String>>,
}

pub(crate) struct RawLineParameters {
    pub(crate) look_back_days: Option<Located<i64>>,
    pub(crate) regimen_window_days: Option<Located<i64>>,
    pub(crate) gap_days: Option<Located<i64>>,
    pub(crate) gap_sensitivity_days: Vec<Located<i64>>,
    pub(crate) cycle_days: Option<Located<i64>>,
    pub(crate) progression_lag_days: Option<Located<i64>>,
    pub(crate) staging_days: Option<Located<i64>>,
}

pub(crate) fn read(file: Section<'_>) -> (Vec<RawDrug>, Vec<RawRegimen>) {
    let drugs = file.sections("drug").into_iter().map(read_drug).collect();
    let regimens = file.sections("regimen").into_iter().map(read_regimen).collect();
    file.finish();
    (drugs, regimens)
}

fn read_drug(section: Section<'_>) -> RawDrug {
    let drug = RawDrug {
        id: section.text("id"),
        title: section.text("title"),
        class: section.choice("class", DrugClass::NAMES),
        cycle_days: if section.has("cycle-days") { section.integer("cycle-days") } else { None },
        components: section.texts("components"),
        written_with: section.texts("written-with"),
        doses: section.texts("doses"),
        names: section.texts("names"),
    };
    section.finish();
    drug
}

fn read_regimen(section: Section<'_>) -> RawRegimen {
    let regimen = RawRegimen { id: section.text("id"), names: section.texts("names"), drugs: section.texts("drugs") };
    section.finish();
    regimen
}

pub(crate) fn line_parameters(file: Section<'_>) -> RawLineParameters {
    let parameters = RawLineParameters {
        look_back_days: file.integer("look-back-days"),
        regimen_window_days: file.integer("regimen-window-days"),
        gap_days: file.integer("gap-days"),
        gap_sensitivity_days: file.integers("gap-sensitivity-days"),
        cycle_days: file.integer("cycle-days"),
        progression_lag_days: file.integer("progression-lag-days"),
        staging_days: file.integer("staging-days"),
    };
    file.finish();
    parameters
}

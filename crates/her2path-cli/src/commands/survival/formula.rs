//! Covariates as a formula: `age + factor(grade) + strata(site) + cluster(hospital) + offset(x)`.
//!
//! A column whose cells are all numbers is one covariate; any other column, and `factor(column)`, is a set of indicators
//! against its first level. `factor(column, level)` chooses another reference. Deliberately absent: interactions and
//! transformations, which belong into the table.

use her2path_survival::linalg::Matrix;

use super::Invalid;
use super::input::Input;
use super::table::{Labels, numbers};

/// What a formula names.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Formula {
    terms: Vec<Term>,
    pub(super) strata: Option<String>,
    pub(super) cluster: Option<String>,
    pub(super) offset: Option<String>,
}

#[derive(Debug, PartialEq)]
struct Term {
    column: String,
    factor: bool,
    reference: Option<String>,
}

/// The design: one column per coefficient.
pub(super) struct Design {
    pub(super) matrix: Matrix,
    /// Name of each coefficient.
    pub(super) names: Vec<String>,
    /// The columns that belong to each term, and its name.
    pub(super) terms: Vec<(String, Vec<usize>)>,
}

impl Formula {
    /// Parses the right-hand side of a formula.
    pub(super) fn parse(text: &str) -> Result<Self, Invalid> {
        let mut formula = Self::default();
        for part in text.trim().trim_start_matches('~').split('+').map(str::trim) {
            if part.is_empty() {
                return Err(Invalid::Input(format!("`{text}` has an empty term; write column names joined by `+`")));
            }
            let Some((name, inside)) = part.strip_suffix(')').and_then(|part| part.split_once('(')) else {
                formula.terms.push(Term { column: part.to_owned(), factor: false, reference: None });
                continue;
            };
            let (column, reference) = match inside.split_once(',') {
                Some((column, reference)) => (column.trim(), Some(reference.trim().to_owned())),
                None => (inside.trim(), None),
            };
            let once = |slot: &mut Option<String>| match slot.replace(column.to_owned()) {
                None => Ok(()),
                Some(_) => Err(Invalid::Input(format!("`{name}(…)` stands twice in `{text}`; join the columns first"))),
            };
            match name.trim() {
                "factor" => formula.terms.push(Term { column: column.to_owned(), factor: true, reference }),
                "strata" => once(&mut formula.strata)?,
                "cluster" => once(&mut formula.cluster)?,
                "offset" => once(&mut formula.offset)?,
                other => {
                    return Err(Invalid::Input(format!(
                        "`{other}(…)` is not known; use factor, strata, cluster or offset, and put transformations into the table"
                    )));
                }
            }
        }
        Ok(formula)
    }

    /// Every column named.
    pub(super) fn columns(&self) -> Vec<&str> {
        let terms = self.terms.iter().map(|term| term.column.as_str());
        terms.chain(self.strata.as_deref()).chain(self.cluster.as_deref()).chain(self.offset.as_deref()).collect()
    }

    /// The design of the rows of an input.
    pub(super) fn design(&self, input: &Input) -> Result<Design, Invalid> {
        let rows = input.time.len();
        let (mut names, mut terms, mut columns): (Vec<String>, _, Vec<Vec<f64>>) = (Vec::new(), Vec::new(), Vec::new());
        for term in &self.terms {
            let cells = input.table.column(&term.column)?;
            let start = names.len();
            match numbers(&term.column, cells) {
                Ok(values) if !term.factor => {
                    names.push(term.column.clone());
                    columns.push(values);
                }
                _ => {
                    let labels = Labels::new(cells, term.reference.as_deref());
                    if let Some(reference) =
                        term.reference.as_ref().filter(|reference| labels.names.first() != Some(reference))
                    {
                        return Err(Invalid::Input(format!("no row has `{reference}` in column `{}`", term.column)));
                    }
                    if labels.names.len() > rows / 2 && labels.names.len() > 20 {
                        return Err(Invalid::Input(format!(
                            "column `{}` has {} different values; it cannot be a factor",
                            term.column,
                            labels.names.len()
                        )));
                    }
                    for (code, name) in labels.names.iter().enumerate().skip(1) {
                        names.push(format!("{}={name}", term.column));
                        columns.push(labels.codes.iter().map(|&own| f64::from(u8::from(own == code))).collect());
                    }
                }
            }
            terms.push((term.column.clone(), (start..names.len()).collect()));
        }
        let mut matrix = Matrix::zeros(rows, columns.len());
        for (j, column) in columns.iter().enumerate() {
            for (i, &value) in column.iter().enumerate() {
                matrix.put(i, j, value);
            }
        }
        Ok(Design { matrix, names, terms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_and_roles_are_told_apart() {
        let formula = Formula::parse("age + strata(site) + factor(grade, 2) + cluster(id)").unwrap();
        assert_eq!(formula.columns(), ["age", "grade", "site", "id"]);
        assert_eq!(formula.terms[1].reference.as_deref(), Some("2"));
        assert_eq!(formula.strata.as_deref(), Some("site"));
        for bad in ["age + ", "log(age)", "strata(a) + strata(b)", ""] {
            assert!(Formula::parse(bad).is_err(), "{bad}");
        }
    }
}

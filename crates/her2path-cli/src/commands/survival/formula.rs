//! Covariates as a formula: `age + arm*factor(grade) + strata(site) + cluster(hospital) + offset(x)`.
//!
//! A column whose cells are all numbers is one covariate; any other column, and `factor(column)`, is a set of indicators
//! against its first level. `factor(column, level)` chooses another reference. `a:b` is the interaction, the products of
//! their columns; `a*b` stands for `a + b + a:b`. A name that holds one of these signs stands in backticks.
//! Deliberately absent: transformations, which belong into the table, and interactions without their main effects, whose
//! coefficients would depend on where zero lies.

use her2path_survival::linalg::Matrix;

use super::Invalid;
use super::input::Input;
use super::table::Labels;

/// What a formula names.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Formula {
    terms: Vec<Term>,
    pub(super) strata: Option<String>,
    pub(super) cluster: Option<String>,
    pub(super) offset: Option<String>,
}

/// A main effect, or with several variables their interaction.
type Term = Vec<Variable>;

#[derive(Debug, Clone, PartialEq)]
struct Variable {
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
        for part in split(text.trim().trim_start_matches('~'), '+') {
            if formula.take_role(part, text)? {
                continue;
            }
            let operands = split(part, '*').into_iter().map(|operand| {
                split(operand, ':').into_iter().map(|variable| variable_of(variable, text)).collect::<Result<Term, _>>()
            });
            for term in crossed(&operands.collect::<Result<Vec<_>, _>>()?) {
                if !formula.terms.contains(&term) {
                    formula.terms.push(term);
                }
            }
        }
        for term in formula.terms.iter().filter(|term| term.len() > 1) {
            let alone = |variable: &&Variable| !formula.terms.iter().any(|other| other[..] == [(*variable).clone()]);
            if let Some(missing) = term.iter().find(alone) {
                return Err(Invalid::Input(format!(
                    "`{}` stands without its main effect `{}`; join the columns with `*` instead of `:`",
                    name_of(term),
                    missing.column
                )));
            }
        }
        // Main effects first, then interactions, each in the order written.
        formula.terms.sort_by_key(Vec::len);
        Ok(formula)
    }

    /// Whether a part names a role, which then is taken.
    fn take_role(&mut self, part: &str, text: &str) -> Result<bool, Invalid> {
        let Some((role, column)) = call(part) else { return Ok(false) };
        let slot = match role {
            "strata" => &mut self.strata,
            "cluster" => &mut self.cluster,
            "offset" => &mut self.offset,
            _ => return Ok(false),
        };
        match slot.replace(unquoted(column)) {
            None => Ok(true),
            Some(_) => Err(Invalid::Input(format!("`{role}(…)` stands twice in `{text}`; join the columns first"))),
        }
    }

    /// Every column named.
    pub(super) fn columns(&self) -> Vec<&str> {
        let terms = self.terms.iter().filter(|term| term.len() == 1).flatten().map(|variable| variable.column.as_str());
        terms.chain(self.strata.as_deref()).chain(self.cluster.as_deref()).chain(self.offset.as_deref()).collect()
    }

    /// The design of the rows of an input.
    pub(super) fn design(&self, input: &Input) -> Result<Design, Invalid> {
        let rows = input.time.len();
        let (mut names, mut terms, mut columns): (Vec<String>, _, Vec<Vec<f64>>) = (Vec::new(), Vec::new(), Vec::new());
        for term in &self.terms {
            let start = names.len();
            let mut coded = vec![(String::new(), vec![1.0; rows])];
            for variable in term {
                let own = variable.coded(input)?;
                // The first variable's levels run fastest.
                coded = own.iter().flat_map(|other| coded.iter().map(|column| product(column, other))).collect();
            }
            for (name, column) in coded {
                names.push(name);
                columns.push(column);
            }
            terms.push((name_of(term), (start..names.len()).collect()));
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

impl Variable {
    /// The columns of a main effect with their names: the numbers, or an indicator for each level but the reference.
    fn coded(&self, input: &Input) -> Result<Vec<(String, Vec<f64>)>, Invalid> {
        let cells = input.table.column(&self.column)?;
        if let Ok(values) = input.table.numbers(&self.column)
            && !self.factor
        {
            return Ok(vec![(self.column.clone(), values)]);
        }
        let labels = Labels::new(cells, self.reference.as_deref());
        if let Some(reference) = self.reference.as_ref().filter(|reference| labels.names.first() != Some(reference)) {
            return Err(Invalid::Input(format!("no row has `{reference}` in column `{}`", self.column)));
        }
        if labels.names.len() > cells.len() / 2 && labels.names.len() > 20 {
            return Err(Invalid::Input(format!(
                "column `{}` has {} different values; it cannot be a factor",
                self.column,
                labels.names.len()
            )));
        }
        let indicator = |code: usize| labels.codes.iter().map(|&own| f64::from(u8::from(own == code))).collect();
        let levels = labels.names.iter().enumerate().skip(1);
        Ok(levels.map(|(code, name)| (format!("{}={name}", self.column), indicator(code))).collect())
    }
}

/// All products of one or more of the operands of `*`, main effects first.
fn crossed(operands: &[Term]) -> Vec<Term> {
    let mut terms: Vec<Term> = vec![Vec::new()];
    for operand in operands {
        let with: Vec<Term> = terms.iter().map(|term| [&term[..], operand].concat()).collect();
        terms.extend(with);
    }
    terms.retain(|term| !term.is_empty());
    terms.sort_by_key(Vec::len);
    terms
}

fn product((name, column): &(String, Vec<f64>), (other, factor): &(String, Vec<f64>)) -> (String, Vec<f64>) {
    let joined = if name.is_empty() { other.clone() } else { format!("{name}:{other}") };
    (joined, column.iter().zip(factor).map(|(a, b)| a * b).collect())
}

fn name_of(term: &[Variable]) -> String {
    term.iter().map(|variable| variable.column.as_str()).collect::<Vec<_>>().join(":")
}

/// A covariate: a column, or `factor(column)` or `factor(column, level)`.
fn variable_of(part: &str, text: &str) -> Result<Variable, Invalid> {
    if part.is_empty() {
        return Err(Invalid::Input(format!("`{text}` has an empty term; write column names joined by `+`")));
    }
    let Some((function, inside)) = call(part) else {
        return Ok(Variable { column: unquoted(part), factor: false, reference: None });
    };
    let mut inside = split(inside, ',').into_iter();
    let (column, reference) = (inside.next().unwrap_or_default(), inside.next());
    match function {
        "factor" => Ok(Variable { column: unquoted(column), factor: true, reference: reference.map(unquoted) }),
        "strata" | "cluster" | "offset" => {
            Err(Invalid::Input(format!("`{function}(…)` has no interaction; in `{text}` join it to the rest with `+`")))
        }
        other => Err(Invalid::Input(format!(
            "`{other}(…)` is not known; use factor, strata, cluster or offset, and put transformations into the table"
        ))),
    }
}

/// `name(inside)`, unless the part is a name in backticks.
fn call(part: &str) -> Option<(&str, &str)> {
    let (name, inside) = part.strip_suffix(')')?.split_once('(')?;
    (!name.contains('`')).then(|| (name.trim(), inside.trim()))
}

fn unquoted(name: &str) -> String {
    name.strip_prefix('`').and_then(|name| name.strip_suffix('`')).unwrap_or(name).to_owned()
}

/// The parts between separators that stand outside of brackets and backticks.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut rest, mut depth, mut quoted, mut done) = (Vec::new(), text, 0_usize, false, 0);
    for (at, sign) in text.char_indices() {
        match sign {
            '`' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ if sign == separator && depth == 0 && !quoted => {
                if let Some((part, after)) = rest.split_at_checked(at - done) {
                    parts.push(part.trim());
                    rest = after.strip_prefix(separator).unwrap_or(after);
                    done = at + separator.len_utf8();
                }
            }
            _ => {}
        }
    }
    parts.push(rest.trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        Formula::parse(text).unwrap().terms.iter().map(|term| name_of(term)).collect()
    }

    #[test]
    fn terms_and_roles_are_told_apart() {
        let formula = Formula::parse("age + strata(site) + factor(grade, 2) + cluster(id)").unwrap();
        assert_eq!(formula.columns(), ["age", "grade", "site", "id"]);
        assert_eq!(formula.terms[1][0].reference.as_deref(), Some("2"));
        assert_eq!(formula.strata.as_deref(), Some("site"));
        for bad in ["age + ", "log(age)", "strata(a) + strata(b)", "", "a:", "a*", "a*strata(b)", "a:b", "a + a:b"] {
            assert!(Formula::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_star_is_main_effects_and_interactions() {
        assert_eq!(names("a*b + c"), ["a", "b", "c", "a:b"]);
        assert_eq!(names("a + b + a:b"), names("a*b"));
        assert_eq!(names("a*b*c"), ["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]);
        assert_eq!(names("`HER2+` * factor(`a:b`, x+y)"), ["HER2+", "a:b", "HER2+:a:b"]);
    }
}

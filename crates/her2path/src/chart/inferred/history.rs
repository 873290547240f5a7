//! Facts of the history: of several answers to one question the latest stands; relatives are counted.

use super::measures::by_date;
use super::{dated, state_code, statement};
use crate::chart::asserted::{Asserted, HistoryAnswer, HistoryStatement, Relative};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::guideline::Fact;

/// Age up to which one relative with breast cancer is a reason for genetic counselling, whatever the others' ages.
const YOUNG: i64 = 50;

pub(super) fn state(asserted: &Asserted, facts: &mut Facts) {
    let mut statements: Vec<&HistoryStatement> = asserted.history.iter().collect();
    statements.sort_by(|a, b| by_date(a.date, b.date).then_with(|| a.because.source.cmp(&b.because.source)));
    for HistoryStatement { fact, answer, date, because } in statements {
        let because = vec![because.clone()];
        match answer {
            HistoryAnswer::Boolean(answer) => facts.state(*fact, dated(Value::Boolean(*answer), *date, because)),
            HistoryAnswer::Integer(number) => facts.state(*fact, dated(Value::Integer(*number), *date, because)),
            HistoryAnswer::Decimal(number) => {
                facts.state(*fact, dated(Value::Decimal((*number).into()), *date, because));
            }
            HistoryAnswer::Code(name) => state_code(facts, *fact, name, *date, because),
        }
    }
    relatives(&asserted.relatives, facts);
}

/// Counts relatives with cancer. That nobody else had it is not said by a record, so nothing here is ever 0 or false.
fn relatives(relatives: &[Relative], facts: &mut Facts) {
    let because = |relatives: &[&Relative]| -> Vec<Because> {
        relatives.iter().map(|r| Because::source(r.source.clone()).element("condition").note(r.said.clone())).collect()
    };
    let close: Vec<&Relative> =
        relatives.iter().filter(|relative| relative.first_degree && relative.breast_cancer.is_some()).collect();
    let of_sex = |female: bool| -> Vec<&Relative> {
        close.iter().copied().filter(|relative| relative.female == Some(female)).collect()
    };
    let (women, men) = (of_sex(true), of_sex(false));
    if let (false, Ok(count)) = (women.is_empty(), i64::try_from(women.len())) {
        facts.state(Fact::RiskRelatives, statement(Value::Integer(count), because(&women)));
    }
    if !men.is_empty() {
        facts.state(Fact::RiskRelativesMale, statement(Value::Boolean(true), because(&men)));
    }
    let ovarian: Vec<&Relative> = relatives.iter().filter(|relative| relative.ovarian_cancer).collect();
    if !ovarian.is_empty() {
        facts.state(Fact::RiskRelativesOvarian, statement(Value::Boolean(true), because(&ovarian)));
    }
    let ages: Vec<i64> = close.iter().filter_map(|relative| relative.breast_cancer.flatten()).collect();
    let all_known = ages.len() == close.len();
    // A relative whose age is not recorded may have been younger, so an older age proves nothing beside her.
    if let Some(youngest) = ages.into_iter().min().filter(|youngest| all_known || *youngest <= YOUNG) {
        facts.state(Fact::RiskRelativesYoungestAge, statement(Value::Integer(youngest), because(&close)));
    }
}

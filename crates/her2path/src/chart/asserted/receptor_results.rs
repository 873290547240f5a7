//! HER2, ER and PgR results, one for each Observation or component.
//!
//! Answers come as codes, words, scores and numbers, under codes that may or may not name the method. Everything is
//! brought into one [`Reading`]; what cannot be read, or is about something else, becomes an issue and no result.

use her2path_knowledge::model::ValueSetIndex;

use super::Reader;
use super::coding::said;
use super::receptor_reports;
use super::receptor_text::{Amount, Probe, Reading, Receptor};
use super::receptor_values::{self, Problem};
use super::tissue::{self, Tissue};
use super::visible::{Standing, standing};
use crate::date::PartialDate;
use crate::fhir::{CodeableConcept, Located, Observation, Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// What was tested, as far as the code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ReceptorTest {
    Her2Ihc,
    Her2Ish,
    Her2Ratio,
    Her2Copies,
    Her2Cep17,
    Her2Status,
    Er,
    Pr,
}

impl ReceptorTest {
    pub(super) fn receptor(self) -> Receptor {
        match self {
            Self::Er => Receptor::Er,
            Self::Pr => Receptor::Pr,
            Self::Her2Ihc | Self::Her2Ish | Self::Her2Ratio | Self::Her2Copies | Self::Her2Cep17 | Self::Her2Status => {
                Receptor::Her2
            }
        }
    }

    /// The receptor, as value sets name it.
    pub(super) fn receptor_name(self) -> &'static str {
        match self.receptor() {
            Receptor::Er => "er",
            Receptor::Pr => "pr",
            Receptor::Her2 => "her2",
        }
    }

    pub(crate) fn is_hormone_receptor(self) -> bool {
        matches!(self, Self::Er | Self::Pr)
    }

    /// Whether the code asks for a number of an ISH count.
    pub(super) fn asks_number(self) -> bool {
        matches!(self, Self::Her2Ratio | Self::Her2Copies | Self::Her2Cep17)
    }

    /// The kind of test that the code names.
    pub(super) fn probe(self) -> Option<Probe> {
        match self {
            Self::Her2Ihc | Self::Er | Self::Pr => Some(Probe::Ihc),
            Self::Her2Ish | Self::Her2Ratio | Self::Her2Copies | Self::Her2Cep17 => Some(Probe::Ish),
            Self::Her2Status => None,
        }
    }

    /// The question that a code asks; a method wins over the overall status where an entry carries both codes.
    pub(super) fn of_roles(roles: &[ValueSetIndex]) -> Option<Self> {
        const TESTS: [(ValueSetIndex, ReceptorTest); 10] = [
            (value_set::HER2_ISH_RATIO, ReceptorTest::Her2Ratio),
            (value_set::HER2_ISH_COPIES, ReceptorTest::Her2Copies),
            (value_set::HER2_ISH_CEP17, ReceptorTest::Her2Cep17),
            (value_set::HER2_IHC_TEST, ReceptorTest::Her2Ihc),
            (value_set::HER2_ISH_TEST, ReceptorTest::Her2Ish),
            (value_set::HER2_STATUS_TEST, ReceptorTest::Her2Status),
            (value_set::ER_TEST, ReceptorTest::Er),
            (value_set::ER_PERCENT, ReceptorTest::Er),
            (value_set::PR_TEST, ReceptorTest::Pr),
            (value_set::PR_PERCENT, ReceptorTest::Pr),
        ];
        TESTS.into_iter().find(|(set, _)| roles.contains(set)).map(|(_, test)| test)
    }
}

/// How an ISH result came about, where the method says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Method {
    Unspecified,
    SingleProbe,
    /// The blinded recount of groups 2 to 4.
    Recount,
    /// The laboratory's decision after a recount in another group.
    Adjudication,
}

impl Method {
    /// Reads `Observation.method`; there are no codes for these, so its words are compared as whole phrases. They mean
    /// something for ISH only: a stain that was read again is a stain.
    fn of(test: ReceptorTest, observation: &Observation<'_>) -> Self {
        let Some(method) = observation.method.as_ref().filter(|_| test.probe() == Some(Probe::Ish)) else {
            return Self::Unspecified;
        };
        let words = said(method).to_lowercase().replace('-', " ");
        if words.contains("single probe") {
            Self::SingleProbe
        } else if words.contains("recount") {
            Self::Recount
        } else if words.contains("adjudicat") {
            Self::Adjudication
        } else {
            Self::Unspecified
        }
    }
}

/// One result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReceptorResult {
    pub(crate) test: ReceptorTest,
    pub(crate) method: Method,
    pub(crate) reading: Reading,
    pub(crate) source: String,
    pub(crate) element: &'static str,
    /// What it said, for a reader.
    pub(crate) said: String,
    pub(crate) tissue: Tissue,
    /// When it was observed, as the entry says.
    pub(crate) effective: Option<PartialDate>,
    /// When the laboratory gave it out.
    pub(crate) issued: Option<PartialDate>,
    /// Business identifiers, `system|value`.
    pub(crate) identifiers: Vec<String>,
    /// A corrected or amended version.
    pub(crate) corrected: bool,
    pub(crate) preliminary: bool,
    /// A diagnosis that names the receptor, without a specimen behind it.
    pub(crate) diagnosis: bool,
}

/// A recorded status "hormone receptor positive", which does not say whether ER, PgR or both are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CombinedStatus {
    pub(crate) source: String,
    pub(crate) element: &'static str,
    pub(crate) said: String,
    pub(crate) date: Option<PartialDate>,
}

/// Where a value stands: an Observation itself or one of its components.
pub(super) struct Asked<'o, 'a> {
    pub(super) test: ReceptorTest,
    /// The code asks for a share of cells.
    pub(super) share: bool,
    pub(super) value: Option<&'o Value<'a>>,
    pub(super) interpretation: &'o [CodeableConcept<'a>],
    pub(super) element: &'static str,
}

/// Whether a code asks for a share of cells.
pub(super) fn asks_share(roles: &[ValueSetIndex]) -> bool {
    roles.contains(&value_set::ER_PERCENT) || roles.contains(&value_set::PR_PERCENT)
}

/// Reads a receptor result from an Observation or component.
pub(super) fn read(reader: &mut Reader<'_, '_>, observation: &Located<'_, Observation<'_>>, asked: &Asked<'_, '_>) {
    let source = observation.place.name.clone();
    let words = receptor_values::words(asked);
    let corrected = matches!(observation.status.as_deref(), Some("corrected" | "amended" | "appended"));
    let report = receptor_reports::standing_of(reader, observation);
    if report == Standing::Void {
        let message = format!("`{words}` stands in a report that was cancelled or entered in error; it was not used");
        reader.issues.push(Issue::warning("void-report", message).at(source));
        return;
    }
    let place = format!("{source}.{}", asked.element);
    let reading = match receptor_values::read(reader, asked) {
        Ok(None) => return,
        Ok(Some(reading)) => reading,
        Err(problem) => {
            reader.issues.push(problem_issue(problem, &words, asked.test).at(place.clone()));
            Reading::default()
        }
    };
    said_beside(reader, &reading, &words, &place);
    let reading = if reading.no_result && reading.outside.is_none() { Reading::default() } else { reading };
    // A correction that cannot be read still takes the place of what it corrects.
    if !reading.has_content() && !corrected {
        return;
    }
    let preliminary = [standing(observation.status.as_deref()), report].contains(&Standing::Preliminary);
    let identifiers = observation.identifier.iter().filter_map(|identifier| {
        Some(format!("{}|{}", identifier.system.as_deref().unwrap_or_default(), identifier.value.as_deref()?))
    });
    let result = ReceptorResult {
        test: asked.test,
        method: Method::of(asked.test, observation),
        reading,
        element: asked.element,
        said: words,
        tissue: tissue::of_observation(reader, observation),
        effective: observation.effective.as_ref().and_then(When::start),
        issued: observation.issued,
        identifiers: identifiers.collect(),
        corrected,
        preliminary,
        diagnosis: false,
        source,
    };
    unused_by_method(reader, &result, &place);
    reader.asserted.receptor_results.push(result);
}

fn problem_issue(problem: Problem, words: &str, test: ReceptorTest) -> Issue {
    let receptor = test.receptor_name().to_uppercase();
    match problem {
        Problem::NotUnderstood => Issue::warning(
            "unreadable-value",
            format!(
                "`{words}` is not a result that can be read with certainty; it was not used: enter it as a code, a score (`2+`), a percentage or a ratio"
            ),
        ),
        Problem::OtherReceptor => {
            Issue::warning("value-not-about-code", format!("`{words}` is not about {receptor}; it was not used"))
        }
        Problem::OtherUnit => Issue::warning(
            "unit-contradicts-code",
            format!("`{words}` does not have the unit of what its code asks for; it was not used"),
        ),
        Problem::AmbiguousNumber => Issue::warning(
            "ambiguous-number",
            format!("`{words}` may be a percentage, a fraction, a score or a count; it was not used: give its unit"),
        ),
    }
}

/// What a value says besides its result, for the reader of the assessment.
fn said_beside(reader: &mut Reader<'_, '_>, reading: &Reading, words: &str, place: &str) {
    let mut say = |code, message| reader.issues.push(Issue::information(code, message).at(place.to_owned()));
    if reading.no_result {
        say("no-result", format!("`{words}` says that there is no result"));
    } else if !reading.not_done.is_empty() {
        say("no-result", format!("`{words}` also says that another test has no result"));
    }
    if reading.outside.is_some() {
        say("outside-result", format!("`{words}` also names what another laboratory found; ask for that report"));
    }
    if let Some(contradiction) = &reading.contradiction {
        let issue = Issue::warning("code-contradicts-text", format!("`{words}`: {contradiction}; neither is chosen"));
        reader.issues.push(issue.at(place.to_owned()));
    }
}

/// A recount is a ratio and copies or a group, an adjudication is a group; anything else in them is said not to be used.
fn unused_by_method(reader: &mut Reader<'_, '_>, result: &ReceptorResult, place: &str) {
    let reading = &result.reading;
    let used = match result.method {
        Method::Unspecified => true,
        Method::SingleProbe => reading.numbers.iter().all(|number| number.of != Amount::Allred),
        Method::Recount => !reading.numbers.is_empty() || reading.group.is_some(),
        Method::Adjudication => reading.group.is_some(),
    };
    if !used && reading.has_content() {
        let message =
            format!("`{}` does not name the group of the recount or of the decision; it was not used", result.said);
        reader.issues.push(Issue::warning("unreadable-value", message).at(place.to_owned()));
    }
}

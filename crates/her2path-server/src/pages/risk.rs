//! Absolute risk of a woman who does not have breast cancer, by BCRAT.

use axum::response::Html;
use her2path_models::bcrat::{self, FirstBirth, Hyperplasia, Profile, Race};
use her2path_models::{Exclusion, Exclusions, ModelCard, NaturalFrequency};
use maud::{Markup, html};

use super::controls::{Control, YES_NO, number, refusal, whole, yes_no};
use super::fields::Fields;
use super::layout;

const TITLE: &str = "Risk of breast cancer";

/// The order is that of the page.
const CONTROLS: [Control; 12] = [
    Control::written("age", "Age in years"),
    Control::written("years", "Years to look ahead (5 if left out)"),
    Control::written("menarche", "Age at the first period"),
    Control::chosen("births", "Has given birth?", YES_NO),
    Control::written("first_birth", "Age at the first live birth"),
    Control::written("relatives", "Mother, sisters and daughters with breast cancer: how many?"),
    Control::written("biopsies", "Breast biopsies: how many?"),
    Control::chosen("hyperplasia", "Atypical hyperplasia in a biopsy?", YES_NO),
    Control::chosen("breast_cancer", "Has or had breast cancer?", YES_NO),
    Control::chosen("in_situ", "Has or had DCIS or LCIS?", YES_NO),
    Control::chosen("chest_radiation", "Radiation of the chest when young?", YES_NO),
    Control::chosen("hereditary_syndrome", "BRCA1, BRCA2 or another inherited syndrome?", YES_NO),
];

pub(super) async fn ask() -> Html<String> {
    layout::page(TITLE, &form(&Fields::default()))
}

pub(super) async fn show(fields: Fields) -> Html<String> {
    let said = match answer(&fields) {
        Ok(said) => said,
        Err(reasons) => refusal(&reasons),
    };
    layout::page(TITLE, &html! { (said) (form(&fields)) })
}

fn form(fields: &Fields) -> Markup {
    html! {
        p { "For a woman who does not have breast cancer: the model of the United States' National Cancer Institute. What is not known is counted as the model counts it, and said." }
        form method="post" action="/calculators/risk" {
            div.field {
                label for="race" { "Race and ethnicity, as the model divides them" }
                select id="race" name="race" {
                    option value="" { "not known (the values of White women)" }
                    @for race in Race::ALL {
                        @let code = race.code().to_string();
                        option value=(code) selected[code == fields.text("race")] { (race.label()) }
                    }
                }
            }
            @for control in &CONTROLS { (control.show(&fields.text(control.name))) }
            button { "Work out" }
        }
    }
}

fn answer(fields: &Fields) -> Result<Markup, Vec<String>> {
    let one = |reason: String| vec![reason];
    let age = number("Age in years", &fields.text("age")).map_err(one)?;
    let age = age.ok_or_else(|| one("the age is needed".to_owned()))?;
    let years = number("Years to look ahead", &fields.text("years")).map_err(one)?.unwrap_or(5.0);
    let race = Race::ALL.into_iter().find(|race| race.code().to_string() == fields.text("race"));
    let first_birth = number("Age at the first live birth", &fields.text("first_birth")).map_err(one)?;
    let profile = Profile {
        age,
        until_age: age + years,
        biopsies: whole("Breast biopsies", &fields.text("biopsies")).map_err(one)?,
        hyperplasia: match yes_no(&fields.text("hyperplasia")) {
            None => Hyperplasia::Unknown,
            Some(true) => Hyperplasia::Present,
            Some(false) => Hyperplasia::Absent,
        },
        menarche: number("Age at the first period", &fields.text("menarche")).map_err(one)?,
        first_birth: match (yes_no(&fields.text("births")), first_birth) {
            (Some(false), Some(_)) => {
                return Err(one("no birth and an age at the first birth contradict each other".to_owned()));
            }
            (_, Some(age)) => FirstBirth::AtAge(age),
            (Some(false), None) => FirstBirth::None,
            (_, None) => FirstBirth::Unknown,
        },
        relatives: whole("Relatives", &fields.text("relatives")).map_err(one)?,
        race: race.unwrap_or(Race::Other),
    };
    let flag = |name: &str| yes_no(&fields.text(name));
    let exclusions = Exclusions {
        breast_cancer: flag("breast_cancer"),
        in_situ: flag("in_situ"),
        chest_radiation: flag("chest_radiation"),
        hereditary_syndrome: flag("hereditary_syndrome"),
    };
    let risk = bcrat::absolute_risk(&profile.codes(), &exclusions)
        .map_err(|refused| refused.0.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let [own, average] = NaturalFrequency::common([risk.absolute, risk.average]);
    let assumed: Vec<&str> =
        race.is_none().then_some("race: the values of White women").into_iter().chain(profile.assumed()).collect();
    let asked: Vec<&str> = exclusions.unknown().into_iter().map(Exclusion::question).collect();
    let outside = !bcrat::TOOL_AGES.contains(&age);
    Ok(html! {
        section.answer role="status" aria-labelledby="answer" {
            h2 id="answer" { "Breast cancer between " (age) " and " (profile.until_age) }
            table {
                thead { tr { th scope="col" { "Who" } th scope="col" { "Risk" } th scope="col" { "That is about" } } }
                tbody {
                    tr { th scope="row" { "This woman" } td { (percent(risk.absolute)) } td { (own) " women like her" } }
                    tr { th scope="row" { "The average woman" } td { (percent(risk.average)) } td { (average) " women of her age and race" } }
                }
            }
            @if outside { p { "The NCI offers this model from 35 to 85 only: at " (age) " the figure rests on few women." } }
            @if !assumed.is_empty() {
                p { "Not given, and counted as the model counts what is unknown; the figure may be too low:" }
                ul { @for line in &assumed { li { (line) } } }
            }
            @if !asked.is_empty() { p { "Not said; if one of these is so, the figure does not hold: " (asked.join("; ")) "." } }
        }
        (card(&bcrat::CARD))
    })
}

/// For whom a model was made, when it does not hold, and where it comes from.
pub(super) fn card(card: &ModelCard) -> Markup {
    html! {
        details {
            summary { "About the model: " (card.name) ", " (card.version) }
            p { "Made for: " (card.population) }
            p { "It does not hold, or not well:" }
            ul { @for limit in card.limits { li { (limit) } } }
            p { "Sources: " (card.citations.join("; ")) }
        }
    }
}

/// A probability with two significant digits at least.
fn percent(probability: f64) -> String {
    match 100.0 * probability {
        p if p >= 10.0 => format!("{p:.0} %"),
        p if p >= 1.0 => format!("{p:.1} %"),
        p => format!("{p:.2} %"),
    }
}

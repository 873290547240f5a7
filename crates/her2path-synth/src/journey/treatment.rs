//! Treatment of disease that has spread, line after line, until death or the end of the data.
//!
//! Before each line there is a work-up, and a day of decision on which the options of the day are worked out from what
//! the record holds. One of them is taken, or now and then something else. Times to progression come from the regimen's
//! curve; progression may bring new sites. A drug that was stopped is not taken up again within the gap of rule LOT-7
//! unless it went on from one line to the next, so that a record can be told apart into the lines that were given.

use super::disease::survival;
use super::options::{Known, Lvef, Treated, offered};
use super::regimen::{self, Past, Regimen};
use super::workup::{ALP_LIMIT, BILIRUBIN_LIMIT, TRANSAMINASE_LIMIT, Workup};
use super::{Cancer, Course, Decision, Intent, Journey, Line, Metastatic, Site, Stop};
use crate::curves;
use crate::day::{Day, MONTH};
use crate::drug::{Drug, Group};
use crate::noise;
use crate::random::Random;

/// Rule LOT-7: without a drug for longer, it is a new course.
const GAP_DAYS: i32 = 120;
/// A drug whose stop is stated is begun anew after more days than these.
const PAUSE_DAYS: i32 = 28;
/// A pregnancy test says something for so many days (a project rule of the guideline).
const PREGNANCY_TEST_DAYS: i32 = 300;
/// The share of decisions that do not follow the guideline (project figure).
const DEPARTURES: f64 = 0.12;
/// A line lasts at least so long, beyond the window in which drugs still join it (LOT-3) and its first staging.
const SHORTEST_DAYS: i32 = 45;
/// The last number of a line; it goes on until shortly before death.
const LAST_LINE: u16 = 8;
/// The chance that a progression is found in the brain for the first time, so that about 31 % have brain metastases
/// after 30 months (Kuksis 2021, Neuro-Oncology 23:894).
const BRAIN: f64 = 0.16;

pub(super) fn treat(journey: &mut Journey, mut cancer: Cancer, mut death: Day, latent: f64, random: &mut Random) {
    let Some(mut metastatic) = cancer.metastatic.take() else { return };
    let until = journey.last_day;
    let her2 = cancer.primary.her2_positive();
    let mut event = metastatic.found.plus(random.between(11, 16));
    for number in 1..=LAST_LINE {
        let first = number == 1;
        let examined = event.plus(random.between(if first { 8 } else { 3 }, 9));
        let decided = examined.plus(random.between(1, 3));
        let start = decided.plus(random.between(2, 12));
        if start >= until || start.plus(20) >= death || (!first && gives_up(event, death, random)) {
            break;
        }
        let liver = metastatic.sites.iter().any(|(site, _)| *site == Site::Liver);
        let workup = Workup::draw(examined, journey.hospital.thorough, liver, number, random);
        if her2 && workup.lvef {
            cancer.lvef.push(examined, random);
        }
        metastatic.workups.push(workup);
        let regimen = if her2 {
            choose(journey, &cancer, &mut metastatic, &workup, decided, random)
        } else {
            other_regimen(&cancer, &metastatic, journey.postmenopausal(decided), random)
        };
        let Some(regimen) = regimen else { break };
        let hazard = if cancer.primary.hormone_receptor_positive() { 0.95 } else { 1.05 };
        let months = survival(regimen.curve, latent, 0.5, hazard, random);
        let mut stop_day = start.plus(((months * MONTH) as i32).max(SHORTEST_DAYS));
        let toxic = regimen.drugs.iter().any(|drug| drug.is_conjugate()) && random.chance(0.09);
        let mut reason = Stop::Progression;
        if toxic {
            stop_day = start.plus(random.between(60, 200)).min(stop_day);
            reason = Stop::Toxicity;
        } else if number == LAST_LINE {
            stop_day = death.plus(1);
        }
        if stop_day >= death {
            if first && random.chance(0.85) {
                // The curve of the trial counts death as well; most of its events are progressions that the patient lived to see.
                death = stop_day.plus(random.between(40, 120));
            } else {
                stop_day = death.plus(-random.between(4, 20));
                reason = Stop::Death;
            }
        }
        let end = (stop_day < until).then_some(stop_day);
        let line = give(number, start, end, reason, &regimen, &cancer, journey.postmenopausal(start), until, random);
        cancer.lvef_during(&line, until, random);
        metastatic.lines.push(line);
        let Some(end) = end else { break };
        if reason == Stop::Death {
            break;
        }
        if reason == Stop::Toxicity {
            if regimen.drugs.contains(&Drug::Tdxd) {
                metastatic.lung_disease = Some(end);
            }
        } else {
            progress(&mut metastatic, end, until, random);
        }
        event = end;
    }
    close_lines(&mut metastatic.lines);
    if death <= until {
        journey.death = Some(death);
        journey.last_day = death;
    }
    cancer.metastatic = Some(metastatic);
    journey.cancer = Some(cancer);
}

/// Close to death, most have no further line.
fn gives_up(event: Day, death: Day, random: &mut Random) -> bool {
    death.since(event) < 120 && random.chance(0.7)
}

fn progress(metastatic: &mut Metastatic, day: Day, until: Day, random: &mut Random) {
    metastatic.progressions.push(day);
    let has = |metastatic: &Metastatic, site: Site| metastatic.sites.iter().any(|(known, _)| *known == site);
    let more = [Site::Bone, Site::Liver, Site::Lung, Site::Pleura, Site::Skin];
    if random.chance(0.35)
        && let Some(site) = random.one_of(&more)
        && !has(metastatic, site)
    {
        metastatic.sites.push((site, day));
    }
    if random.chance(BRAIN) && !has(metastatic, Site::Brain) {
        metastatic.sites.push((Site::Brain, day));
        let local = day.plus(random.between(2, 5));
        if random.chance(0.8) && local < until {
            metastatic.brain_local.push(local);
        }
    }
}

fn choose(
    journey: &Journey,
    cancer: &Cancer,
    metastatic: &mut Metastatic,
    workup: &Workup,
    day: Day,
    random: &mut Random,
) -> Option<Regimen> {
    let sites: Vec<Site> = metastatic.sites.iter().map(|(site, _)| *site).collect();
    let known = known(journey, cancer, metastatic, &sites, workup, day);
    let offer = offered(&known);
    let lines: Vec<Vec<Drug>> =
        metastatic.lines.iter().map(|line| line.courses.iter().map(|course| course.drug).collect()).collect();
    let given: Vec<Drug> =
        cancer.early.iter().map(|course| course.drug).chain(lines.iter().flatten().copied()).collect();
    // The doctor knows what was given even where the record does not say.
    let asked = Known {
        treated: Some(Treated { early: &cancer.early, lines: lines.clone(), metastasis: metastatic.found }),
        ..known.clone()
    };
    let of_the_day = offered(&asked);
    let past = Past {
        given: &given,
        current: lines.last().map_or(&[], Vec::as_slice),
        postmenopausal: journey.postmenopausal(day) || journey.male,
        lines: lines.len(),
    };
    let candidates: Vec<(&'static str, f64)> = of_the_day
        .recommended
        .iter()
        .map(|option| (*option, regimen::weight(option, lines.is_empty())))
        .chain(of_the_day.needs_data.iter().map(|option| (*option, 0.5 * regimen::weight(option, lines.is_empty()))))
        .collect();
    let departs = random.chance(DEPARTURES);
    let elsewhere: [(&'static str, f64); 3] = if lines.is_empty() {
        [("TRAS_TAXANE", 3.0), ("TRAS_CHEMO", 1.0), ("CHEMO_ONLY", 0.5)]
    } else {
        [("TRAS_CHEMO", 3.0), ("CHEMO_ONLY", 1.0), ("TRAS_TAXANE", 0.5)]
    };
    let sources: [&[(&'static str, f64)]; 2] =
        if departs { [&elsewhere, &candidates] } else { [&candidates, &elsewhere] };
    for source in sources {
        let mut left = source.to_vec();
        while let Some(option) = random.weighted(&left) {
            let fitting = regimen::of(option, &past, random).filter(|found| is_far_from(&found.drugs, metastatic, day));
            if let Some(found) = fitting {
                let line = u16::try_from(lines.len() + 1).unwrap_or(u16::MAX);
                metastatic.decisions.push(Decision { day, line, offered: offer, chosen: option });
                return Some(found);
            }
            left.retain(|(other, _)| *other != option);
        }
    }
    None
}

/// Whether every drug is either being given or was stopped longer ago than the gap.
fn is_far_from(drugs: &[Drug], metastatic: &Metastatic, day: Day) -> bool {
    let current = metastatic.lines.last().map(|line| line.number);
    metastatic.lines.iter().filter(|line| Some(line.number) != current).flat_map(|line| &line.courses).all(|course| {
        let gap = course.end.map_or(0, |end| day.since(end));
        gap > GAP_DAYS || !drugs.contains(&course.drug) || in_current(metastatic, course.drug)
    })
}

fn in_current(metastatic: &Metastatic, drug: Drug) -> bool {
    metastatic.lines.last().is_some_and(|line| line.courses.iter().any(|course| course.drug == drug))
}

/// What the record holds on the evening of a day.
fn known<'k>(
    journey: &Journey,
    cancer: &'k Cancer,
    metastatic: &Metastatic,
    sites: &'k [Site],
    workup: &Workup,
    day: Day,
) -> Known<'k> {
    let lines: Vec<Vec<Drug>> =
        metastatic.lines.iter().map(|line| line.courses.iter().map(|course| course.drug).collect()).collect();
    let on_record = !cancer.early.is_empty() || !lines.is_empty() || journey.hospital.states_none_taken;
    let first_her2 = cancer
        .early
        .iter()
        .chain(metastatic.lines.iter().flat_map(|line| &line.courses))
        .filter(|course| course.drug.is_her2())
        .map(|course| course.start)
        .min();
    let lvef = cancer.lvef.latest(day).zip(cancer.lvef.baseline(first_her2, day));
    let medicines = &journey.other_medicines;
    Known {
        day,
        male: journey.male,
        age: day.years_since(journey.birth),
        postmenopausal: (!journey.male).then(|| journey.postmenopausal(workup.day)),
        tested_not_pregnant: metastatic.workups.iter().any(|test| {
            test.pregnancy_test && journey.can_be_pregnant(test.day) && day.since(test.day) <= PREGNANCY_TEST_DAYS
        }),
        hormone_receptor_positive: cancer.primary.hormone_receptor_positive(),
        sites,
        brain_ruled_out: workup.ruled_out,
        treated: on_record.then_some(Treated { early: &cancer.early, lines, metastasis: metastatic.found }),
        ecog: i32::from(workup.ecog),
        frail: None,
        lvef: lvef.map(|((measured, value), baseline)| Lvef { value, day: measured, baseline }),
        lung_disease: if metastatic.lung_disease.is_some() { Some(true) } else { workup.ruled_out.then_some(false) },
        dialysis: workup.ruled_out.then_some(false),
        long_qt: workup.ruled_out.then_some(false),
        taxane_obstacle_ruled_out: workup.ruled_out,
        proton_pump_inhibitor: (!medicines.is_empty()).then(|| noise::has_proton_pump_inhibitor(medicines)),
        dpyd_normal: metastatic.workups.iter().any(|workup| workup.dpyd_normal),
        bilirubin: (workup.bilirubin, BILIRUBIN_LIMIT),
        ast: (workup.ast, TRANSAMINASE_LIMIT),
        alt: (workup.alt, TRANSAMINASE_LIMIT),
        alp: (workup.alp, ALP_LIMIT),
        platelets: workup.platelets,
        filtration: workup.filtration,
        low_potassium: workup.potassium < 35,
        low_magnesium: workup.magnesium.map(|magnesium| magnesium < 70),
        qtc: workup.qtc,
    }
}

/// HER2-negative disease: endocrine treatment with a CDK4/6 inhibitor first, then chemotherapy.
fn other_regimen(
    cancer: &Cancer,
    metastatic: &Metastatic,
    postmenopausal: bool,
    random: &mut Random,
) -> Option<Regimen> {
    let given: Vec<Drug> = metastatic.lines.iter().flat_map(|line| &line.courses).map(|course| course.drug).collect();
    let late = metastatic.found >= Day::civil(2015, 2, 3);
    let drugs = match (cancer.primary.hormone_receptor_positive(), metastatic.lines.len()) {
        (true, 0) => {
            let partner = if postmenopausal { Drug::Letrozole } else { Drug::Fulvestrant };
            let inhibitor = random.one_of(&[Drug::Palbociclib, Drug::Ribociclib, Drug::Abemaciclib]);
            std::iter::once(partner).chain(inhibitor.filter(|_| late)).collect()
        }
        _ => {
            let choices = [Drug::Capecitabine, Drug::Paclitaxel, Drug::Eribulin, Drug::Vinorelbine, Drug::Gemcitabine];
            vec![choices.into_iter().find(|drug| !given.contains(drug))?]
        }
    };
    let curve = if metastatic.lines.is_empty() { curves::PFS_OTHER } else { curves::PFS_CHOICE_LATER };
    Some(Regimen { drugs, curve })
}

#[expect(clippy::too_many_arguments, reason = "a line is all of this, and it is put together in one place")]
fn give(
    number: u16,
    start: Day,
    end: Option<Day>,
    reason: Stop,
    regimen: &Regimen,
    cancer: &Cancer,
    postmenopausal: bool,
    until: Day,
    random: &mut Random,
) -> Line {
    let stop = end.map(|_| reason);
    let course = |drug, start, end, stop| Course { drug, start, end, stop, intent: Intent::Palliative };
    let taxane = regimen.drugs.iter().copied().find(|drug| drug.group() == Group::Taxane);
    let goes_on_without = regimen.drugs.iter().any(|drug| drug.is_her2());
    // Taxanes end after about six cycles and the antibodies go on (rule M01).
    let taxane_end = start.plus(random.between(105, 147));
    let long_enough = |by: Day| by.plus(21) < end.unwrap_or(until);
    let maintenance = taxane.filter(|_| goes_on_without && long_enough(taxane_end)).map(|_| taxane_end);
    let mut courses: Vec<Course> = regimen
        .drugs
        .iter()
        .map(|drug| match maintenance {
            Some(last) if Some(*drug) == taxane => course(*drug, start, Some(last), Some(Stop::Completed)),
            _ => course(*drug, start, end, stop),
        })
        .collect();
    if let Some(from) = maintenance
        && number == 1
        && cancer.primary.hormone_receptor_positive()
        && random.chance(0.6)
    {
        // Rule M02: an endocrine drug beside the antibodies.
        let added = from.plus(random.between(1, 15));
        if long_enough(added) {
            let drug = if postmenopausal { Drug::Anastrozole } else { Drug::Tamoxifen };
            courses.push(course(drug, added, end, stop));
            // PATINA; FDA 2026-06-24.
            if added >= Day::civil(2026, 6, 24) && random.chance(0.5) {
                courses.push(course(Drug::Palbociclib, added, end, stop));
            }
        }
    }
    Line { number, start, courses, end, end_reason: end.map(|_| reason.name()), maintenance_from: maintenance }
}

/// Rule LOT-12: where a drug goes on into the next line, a line ends on the day before that. A drug that was given up does
/// not go on but is begun anew, and one whose stop is stated goes on after a short pause only.
fn close_lines(lines: &mut [Line]) {
    let nexts: Vec<(Day, Vec<Drug>)> = lines
        .iter()
        .skip(1)
        .map(|line| (line.start, line.courses.iter().map(|course| course.drug).collect()))
        .collect();
    for (line, (start, drugs)) in lines.iter_mut().zip(nexts) {
        let goes_on = line.courses.iter().any(|course| {
            drugs.contains(&course.drug) && course.end.is_some_and(|end| start.since(end) <= pause(course))
        });
        if goes_on {
            line.end = Some(start.plus(-1));
        }
    }
}

/// The longest time without a drug, in days, after which it is still the same course.
const fn pause(course: &Course) -> i32 {
    match course.stop {
        Some(Stop::Progression | Stop::Toxicity | Stop::Death) => -1,
        Some(Stop::Completed) => PAUSE_DAYS,
        None => GAP_DAYS,
    }
}

impl Journey {
    pub(crate) fn postmenopausal(&self, day: Day) -> bool {
        !self.male && day.years_since(self.birth) >= self.menopause
    }

    /// Women before menopause and below 60.
    pub(crate) fn can_be_pregnant(&self, day: Day) -> bool {
        !self.male && !self.postmenopausal(day)
    }
}

impl Cancer {
    /// Every three months on a HER2-directed drug.
    fn lvef_during(&mut self, line: &Line, until: Day, random: &mut Random) {
        if !line.courses.iter().any(|course| course.drug.is_her2()) {
            return;
        }
        let end = line.courses.iter().filter_map(|course| course.end).max().unwrap_or(until);
        let mut day = line.start.plus(random.between(80, 100));
        while day < end && day <= until {
            self.lvef.push(day, random);
            day = day.plus(random.between(80, 110));
        }
    }
}

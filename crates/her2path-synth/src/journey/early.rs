//! Treatment of breast cancer that has not spread.

use super::{Cancer, Course, Intent, Stop};
use crate::day::Day;
use crate::drug::Drug;
use crate::random::Random;

/// Treats a cancer from its discovery; whatever would go on after `recurrence` ends shortly before it was found, and
/// endocrine treatment that was running is stopped for it.
pub(super) fn treat(cancer: &mut Cancer, recurrence: Option<Day>, random: &mut Random) {
    let her2 = cancer.primary.her2_positive();
    let bulky = cancer.stage.t >= 2 || cancer.stage.n >= 1;
    // Trastuzumab after surgery: HERA and the joint analysis, 2005; labels 2006. Pertuzumab before surgery: FDA 2013-09-30.
    let trastuzumab = her2 && cancer.found >= Day::civil(2006, 1, 1) && random.chance(0.93);
    let pertuzumab = trastuzumab && bulky && cancer.found >= Day::civil(2013, 10, 1) && random.chance(0.7);
    let neoadjuvant = bulky && random.chance(if pertuzumab { 0.85 } else { 0.3 });
    let chemotherapy = (her2 && trastuzumab) || random.chance(0.45);
    let start = cancer.found.plus(random.between(21, 42));
    let mut day = start;
    let surgery = |cancer: &mut Cancer, day: Day| cancer.surgery = Some(day);
    if !neoadjuvant {
        surgery(cancer, day);
        day = day.plus(random.between(28, 45));
    }
    let intent = if neoadjuvant { Intent::Neoadjuvant } else { Intent::Adjuvant };
    let mut courses: Vec<Course> = Vec::new();
    let mut give = |drug, start: Day, days: i32, intent| {
        courses.push(Course { drug, start, end: Some(start.plus(days)), stop: Some(Stop::Completed), intent });
    };
    if chemotherapy {
        let anthracycline = random.chance(0.5);
        if anthracycline {
            give(Drug::Doxorubicin, day, 63, intent);
            give(Drug::Cyclophosphamide, day, 63, intent);
            day = day.plus(84);
        }
        let taxane = if random.chance(0.5) { Drug::Docetaxel } else { Drug::Paclitaxel };
        give(taxane, day, 77, intent);
        if her2 && !anthracycline {
            give(Drug::Carboplatin, day, 77, intent);
        }
        if pertuzumab && neoadjuvant {
            give(Drug::Trastuzumab, day, 77, intent);
            give(Drug::Pertuzumab, day, 77, intent);
        }
        let after = day.plus(98);
        if neoadjuvant {
            surgery(cancer, after.plus(7));
        }
        if trastuzumab {
            // KATHERINE: T-DM1 for residual disease; FDA 2019-05-03.
            let residual = neoadjuvant && cancer.found >= Day::civil(2019, 6, 1) && random.chance(0.4);
            let from = if neoadjuvant { after.plus(35) } else { day };
            let drug = if residual { Drug::Tdm1 } else { Drug::Trastuzumab };
            give(drug, from, if neoadjuvant { 273 } else { 357 }, Intent::Adjuvant);
        }
        day = after.plus(40);
    } else if neoadjuvant {
        surgery(cancer, day.plus(10));
    }
    if cancer.primary.hormone_receptor_positive() {
        let drug = random
            .weighted(&[(Drug::Letrozole, 0.4), (Drug::Anastrozole, 0.3), (Drug::Tamoxifen, 0.3)])
            .unwrap_or(Drug::Letrozole);
        give(drug, day, 1826, Intent::Adjuvant);
    }
    if let Some(found) = recurrence {
        let last = found.plus(-random.between(3, 9));
        courses.retain(|course| course.start < last.plus(-20));
        for course in &mut courses {
            if course.end.is_some_and(|end| end > last) {
                course.end = Some(last);
                course.stop = Some(Stop::Progression);
            }
        }
        cancer.surgery = cancer.surgery.filter(|day| *day < last.plus(-20));
    }
    cancer.lvef.follow(&courses, random);
    cancer.early = courses;
}

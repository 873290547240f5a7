//! What the guideline of a day offers for the next line, from what a record holds on that day.
//!
//! A table by date, written from the dossier's numbered rules (F first line, S second, L later, B08 brain, T after
//! adjuvant conjugates) and the labels' dates, in three-valued logic: an option is offered where everything it asks for
//! is known to be met and nothing against it can be; it waits where something that would decide is not on record. It
//! knows nothing of the guideline's own files, so that the two can be compared. Local treatment, tests, maintenance and
//! HER2-low disease are deliberately absent.

use std::collections::BTreeSet;

use super::{Course, Site};
use crate::day::Day;
use crate::drug::{Drug, Group};

/// Options for a new line on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Offered {
    pub(crate) recommended: BTreeSet<&'static str>,
    /// Those that wait for data.
    pub(crate) needs_data: BTreeSet<&'static str>,
}

/// What a record holds on the day; `None` is "not on record".
#[derive(Debug, Clone)]
pub(crate) struct Known<'k> {
    pub(crate) day: Day,
    pub(crate) male: bool,
    pub(crate) age: i32,
    /// Not asked of men.
    pub(crate) postmenopausal: Option<bool>,
    pub(crate) tested_not_pregnant: bool,
    pub(crate) hormone_receptor_positive: bool,
    pub(crate) sites: &'k [Site],
    /// Brain imaging without metastases is written down.
    pub(crate) brain_ruled_out: bool,
    pub(crate) treated: Option<Treated<'k>>,
    pub(crate) ecog: i32,
    pub(crate) frail: Option<bool>,
    pub(crate) lvef: Option<Lvef>,
    /// `Some(false)`: none; `Some(true)`: there was one and it is over.
    pub(crate) lung_disease: Option<bool>,
    pub(crate) dialysis: Option<bool>,
    pub(crate) long_qt: Option<bool>,
    /// Whether a taxane cannot be given; known after one only where it is ruled out in writing.
    pub(crate) taxane_obstacle_ruled_out: bool,
    pub(crate) proton_pump_inhibitor: Option<bool>,
    pub(crate) dpyd_normal: bool,
    /// Tenths of mg/dL against the upper limit in tenths.
    pub(crate) bilirubin: (i32, i32),
    pub(crate) ast: (i32, i32),
    pub(crate) alt: (i32, i32),
    pub(crate) alp: (i32, i32),
    pub(crate) platelets: i32,
    pub(crate) filtration: i32,
    pub(crate) low_potassium: bool,
    pub(crate) low_magnesium: Option<bool>,
    pub(crate) qtc: Option<i32>,
}

/// Treatment so far, where the record holds any word on cancer drugs.
#[derive(Debug, Clone)]
pub(crate) struct Treated<'k> {
    pub(crate) early: &'k [Course],
    /// The drugs of each line.
    pub(crate) lines: Vec<Vec<Drug>>,
    /// The day on which metastases were found.
    pub(crate) metastasis: Day,
}

/// The latest ejection fraction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lvef {
    pub(crate) value: i32,
    pub(crate) day: Day,
    pub(crate) baseline: i32,
}

/// Kleene's three values.
type Truth = Option<bool>;

fn all(truths: &[Truth]) -> Truth {
    if truths.contains(&Some(false)) {
        Some(false)
    } else if truths.contains(&None) {
        None
    } else {
        Some(true)
    }
}

fn any(truths: &[Truth]) -> Truth {
    not(all(&truths.iter().map(|truth| not(*truth)).collect::<Vec<_>>()))
}

fn not(truth: Truth) -> Truth {
    truth.map(|value| !value)
}

/// Whether a result is above so many hundredths of its upper limit.
fn over(result: (i32, i32), hundredths: i32) -> Truth {
    Some(result.0 * 100 > hundredths * result.1)
}

impl Known<'_> {
    fn pregnant(&self) -> Truth {
        let cannot = self.male || self.postmenopausal == Some(true) || self.age >= 60;
        (cannot || self.tested_not_pregnant).then_some(false)
    }

    /// Ejection fraction within so many days.
    fn lvef_within(&self, days: i32) -> Option<i32> {
        self.lvef.filter(|lvef| self.day.since(lvef.day) <= days).map(|lvef| lvef.value)
    }

    fn lvef_below(&self, limit: i32) -> Truth {
        self.lvef_within(90).map(|value| value < limit)
    }

    fn fall_from(&self, points: i32) -> Truth {
        self.lvef.map(|lvef| lvef.baseline - lvef.value >= points)
    }

    /// Without symptoms while a recent value is normal; nothing else in these records says so.
    fn heart_failure(&self) -> Truth {
        self.lvef_within(90).filter(|value| *value >= 50).map(|_| false)
    }

    /// The label of trastuzumab: too low, fallen by 16 points, or below normal and fallen by 10.
    fn no_trastuzumab(&self) -> Truth {
        let below_limit = self.lvef.map(|lvef| lvef.value < 50);
        any(&[
            self.pregnant(),
            self.heart_failure(),
            self.lvef_below(40),
            self.fall_from(16),
            all(&[below_limit, self.fall_from(10)]),
        ])
    }

    /// Pertuzumab and T-DXd: from 50 %.
    fn no_with_low_lvef(&self) -> Truth {
        any(&[self.pregnant(), self.heart_failure(), self.lvef_below(50)])
    }

    /// With trastuzumab: what is against either.
    fn no_pertuzumab(&self) -> Truth {
        any(&[self.no_with_low_lvef(), self.no_trastuzumab()])
    }

    /// An aromatase inhibitor before menopause, or in men, waits for a word on the ovaries or testes; no record has one.
    fn gonads_at_work(&self) -> Truth {
        (!self.male && (self.postmenopausal == Some(true) || self.age >= 60)).then_some(false)
    }

    fn no_capecitabine(&self) -> Truth {
        let deficiency = if self.dpyd_normal { Some(false) } else { None };
        any(&[Some(self.filtration < 30), deficiency, self.dialysis])
    }

    fn active_lung_disease(&self) -> Truth {
        self.lung_disease.map(|_| false)
    }

    /// T-DXd: active lung disease, or one of grade 2 that it caused; who caused it is not on record.
    fn no_tdxd(&self) -> Truth {
        let caused = match self.lung_disease {
            Some(false) => Some(false),
            Some(true) | None => None,
        };
        any(&[self.no_with_low_lvef(), self.active_lung_disease(), caused])
    }

    fn no_tdm1(&self) -> Truth {
        let hyperplasia = match &self.treated {
            Some(treated) if !treated.had(Drug::Tdm1) => Some(false),
            _ => None,
        };
        let lung = match self.lung_disease {
            Some(false) => Some(false),
            Some(true) | None => None,
        };
        let heart = any(&[self.heart_failure(), self.lvef_below(40), all(&[self.lvef_below(46), self.fall_from(10)])]);
        any(&[
            self.pregnant(),
            hyperplasia,
            all(&[any(&[over(self.ast, 300), over(self.alt, 300)]), over(self.bilirubin, 200)]),
            over(self.bilirubin, 150),
            over(self.ast, 500),
            over(self.alt, 500),
            Some(self.platelets < 50),
            lung,
            self.proton_pump_inhibitor.map(|_| false),
            heart,
        ])
    }

    fn no_tucatinib_triplet(&self) -> Truth {
        any(&[
            self.proton_pump_inhibitor.map(|_| false),
            over(self.ast, 500),
            over(self.alt, 500),
            over(self.bilirubin, 150),
            self.no_capecitabine(),
            self.no_trastuzumab(),
        ])
    }

    /// Lapatinib: the heart's rhythm, its pump, and interactions.
    fn no_lapatinib(&self) -> Truth {
        any(&[
            self.pregnant(),
            self.qtc.map(|qtc| qtc > 480),
            self.long_qt,
            Some(self.low_potassium),
            self.low_magnesium,
            self.proton_pump_inhibitor.map(|_| false),
            self.heart_failure(),
            self.lvef.map(|lvef| lvef.value < 50),
            self.lvef_below(40),
            over(self.bilirubin, 300),
        ])
    }

    fn visceral_crisis(&self) -> Truth {
        if self.sites.iter().any(|site| site.is_visceral()) { None } else { Some(false) }
    }

    fn brain(&self) -> Truth {
        let present = self.sites.iter().any(|site| matches!(site, Site::Brain | Site::Leptomeninges));
        if present { Some(true) } else { self.brain_ruled_out.then_some(false) }
    }

    fn frail(&self) -> Truth {
        self.frail.or_else(|| (self.age < 60 || (self.age < 70 && self.ecog <= 1)).then_some(false))
    }

    fn taxane_obstacle(&self) -> Truth {
        let naive = self.treated.as_ref().is_some_and(|treated| !treated.had_group(Group::Taxane));
        (naive || self.taxane_obstacle_ruled_out).then_some(false)
    }
}

impl Treated<'_> {
    fn metastatic(&self) -> impl Iterator<Item = Drug> {
        self.lines.iter().flatten().copied()
    }

    pub(crate) fn ever(&self) -> impl Iterator<Item = Drug> {
        self.early.iter().map(|course| course.drug).chain(self.metastatic())
    }

    fn had(&self, drug: Drug) -> bool {
        self.ever().any(|given| same(given, drug))
    }

    fn had_group(&self, group: Group) -> bool {
        self.ever().any(|drug| drug.group() == group)
    }

    fn count(&self, wanted: fn(Drug) -> bool) -> usize {
        self.lines.iter().filter(|line| line.iter().any(|drug| wanted(*drug))).count()
    }

    /// Relapse no later than the same day so many months after HER2-directed therapy for early disease.
    fn relapse_within(&self, months: i32) -> bool {
        let end = self.early.iter().filter(|course| course.drug.is_her2()).filter_map(|course| course.end).max();
        end.is_some_and(|end| self.metastasis <= same_day_later(end, months))
    }

    fn early_her2(&self) -> bool {
        self.early.iter().any(|course| course.drug.is_her2())
    }
}

/// A combined product is each of its parts.
pub(crate) fn same(given: Drug, drug: Drug) -> bool {
    given == drug || (given == Drug::Phesgo && matches!(drug, Drug::Trastuzumab | Drug::Pertuzumab))
}

/// The same day so many calendar months later, or the last day of a shorter month.
fn same_day_later(from: Day, months: i32) -> Day {
    let (year, month, day) = from.parts();
    let count = year * 12 + i32::from(month) - 1 + months;
    let (year, month) = (count.div_euclid(12), u8::try_from(count.rem_euclid(12) + 1).unwrap_or(1));
    (0..4).find_map(|less| Day::new(year, month, day - less)).unwrap_or(from)
}

/// One row of the table.
struct Row {
    option: &'static str,
    from: Day,
    /// First day on which it no longer stands.
    until: Option<Day>,
    when: Truth,
    against: Truth,
}

/// The options of the day.
pub(crate) fn offered(known: &Known<'_>) -> Offered {
    let mut offered = Offered::default();
    for row in rows(known) {
        if row.from > known.day || row.until.is_some_and(|until| until <= known.day) {
            continue;
        }
        match (row.when, row.against) {
            (Some(true), Some(false)) => {
                offered.recommended.insert(row.option);
            }
            (Some(false), _) | (_, Some(true)) => {}
            _ => {
                offered.needs_data.insert(row.option);
            }
        }
    }
    offered.needs_data.retain(|option| !offered.recommended.contains(option));
    offered
}

fn rows(known: &Known<'_>) -> Vec<Row> {
    let day = Day::civil;
    let row = |option, from, when: &[Truth], against| Row { option, from, until: None, when: all(when), against };
    // Everything about treatment so far is unknown where the record says nothing of it.
    let of = |ask: &dyn Fn(&Treated<'_>) -> bool| known.treated.as_ref().map(ask);
    let given = |drug: Drug| of(&move |treated| treated.had(drug));
    let naive = all(&[of(&|t| t.count(Drug::is_her2) == 0), of(&|t| t.count(Drug::is_cytotoxic) == 0)]);
    let line_from = |number: usize| of(&move |treated| treated.lines.len() + 1 >= number);
    let (within_6, within_12) = (of(&|t| t.relapse_within(6)), of(&|t| t.relapse_within(12)));
    let her2_before = of(&|t| t.metastatic().any(Drug::is_her2));
    let had_tdxd = given(Drug::Tdxd);
    let metastatic_tdxd = of(&|t| t.metastatic().any(|drug| drug == Drug::Tdxd));
    let taxane_before = of(&|t| t.had_group(Group::Taxane));
    let trastuzumab_before = given(Drug::Trastuzumab);
    let regimens_any = |number: usize| of(&move |t| t.count(Drug::is_her2) + usize::from(t.early_her2()) >= number);
    let hormone = Some(known.hormone_receptor_positive);
    let obstacle = known.taxane_obstacle();
    let leptomeninges = Some(known.sites.contains(&Site::Leptomeninges));
    let no_taxane = any(&[known.no_pertuzumab(), obstacle]);
    let no_paclitaxel = any(&[no_taxane, over(known.bilirubin, 500), over(known.ast, 999), over(known.alt, 999)]);
    let no_vinorelbine = any(&[known.no_pertuzumab(), over(known.bilirubin, 250)]);
    let no_capecitabine = any(&[known.no_pertuzumab(), known.no_capecitabine()]);
    let no_docetaxel = any(&[
        no_taxane,
        known.frail(),
        over(known.bilirubin, 100),
        all(&[any(&[over(known.ast, 150), over(known.alt, 150)]), over(known.alp, 250)]),
    ]);
    let resolved_lung_disease = known.lung_disease;
    let after_tdm1_liver = all(&[given(Drug::Tdm1), if given(Drug::Tdm1) == Some(false) { Some(false) } else { None }]);
    let caution = any(&[resolved_lung_disease, after_tdm1_liver, over(known.bilirubin, 150)]);
    let tdxd_naive = not(had_tdxd);
    let recent = day(2022, 5, 4);
    let may_2022 = day(2022, 5, 31);
    let first_tdxd = day(2025, 12, 15);
    let tdxd_pertuzumab = any(&[known.no_with_low_lvef(), known.lung_disease]);
    let unclear_brain = any(&[None]);
    vec![
        // F01, F02: CLEOPATRA, label of pertuzumab.
        row("THP_DOC", day(2012, 6, 8), &[naive, not(within_6)], no_docetaxel),
        row("THP_PAC", day(2015, 1, 1), &[naive, not(within_6), not(known.frail())], no_paclitaxel),
        row("THP_PAC", day(2015, 1, 1), &[naive, not(within_6), known.frail()], no_paclitaxel),
        // F03, T01, T04: DESTINY-Breast09.
        row("TDXD_P", first_tdxd, &[naive, not(within_12), tdxd_naive], tdxd_pertuzumab),
        row("TDXD_P", first_tdxd, &[naive, not(within_6), within_12, tdxd_naive], tdxd_pertuzumab),
        row("TDXD_P", first_tdxd, &[naive, within_6, tdxd_naive], tdxd_pertuzumab),
        // F04: where no taxane can be given.
        row("HP_VINO_CAPE", day(2016, 1, 1), &[naive, not(within_6), obstacle], no_vinorelbine),
        row("HP_VINO_CAPE", day(2016, 1, 1), &[naive, not(within_6), obstacle], no_capecitabine),
        // F05: in pregnancy.
        row("TRAS_CHEMO", day(2000, 8, 28), &[naive, not(within_6), known.pregnant()], known.no_trastuzumab()),
        // F06: endocrine ways, for the frail; burden and wishes are not on record.
        row(
            "HP_ET",
            may_2022,
            &[naive, hormone, not(within_6), not(known.visceral_crisis()), known.frail()],
            any(&[known.no_trastuzumab(), known.gonads_at_work()]),
        ),
        row(
            "LAPA_ET",
            day(2010, 1, 29),
            &[naive, hormone, not(within_6), not(known.visceral_crisis()), known.postmenopausal, known.frail()],
            known.no_lapatinib(),
        ),
        row(
            "ET_ALONE",
            may_2022,
            &[naive, hormone, not(known.visceral_crisis()), known.heart_failure()],
            any(&[known.pregnant(), known.gonads_at_work()]),
        ),
        // T-DM1 in the first line: not fit for a taxane, or early relapse.
        row(
            "TDM1",
            day(2017, 1, 1),
            &[naive, any(&[known.frail(), obstacle]), not(given(Drug::Tdm1))],
            known.no_tdm1(),
        ),
        row(
            "TDM1",
            day(2013, 2, 22),
            &[naive, within_6, trastuzumab_before, taxane_before, not(given(Drug::Tdm1))],
            known.no_tdm1(),
        ),
        // P02: metronomic cyclophosphamide for the frail, and with a weak heart.
        row("HP_METRO", day(2018, 1, 1), &[naive, not(within_6), known.frail()], known.no_pertuzumab()),
        row(
            "HP_METRO",
            day(2019, 1, 1),
            &[naive, not(within_6), known.lvef_within(90).map(|value| (40..50).contains(&value))],
            any(&[known.pregnant(), known.heart_failure()]),
        ),
        // S01, T01, T02: T-DXd.
        row("TDXD", recent, &[her2_before, tdxd_naive, not(caution)], known.no_tdxd()),
        row("TDXD", recent, &[her2_before, tdxd_naive, caution], known.no_tdxd()),
        row("TDXD", recent, &[naive, within_6, tdxd_naive], known.no_tdxd()),
        row("TDXD", may_2022, &[naive, not(within_6), within_12, tdxd_naive], known.no_tdxd()),
        // L02: before, after two lines.
        row(
            "TDXD",
            day(2019, 12, 20),
            &[
                of(&|t| t.count(Drug::is_her2) >= 2),
                tdxd_naive,
                not(resolved_lung_disease),
                not(any(&[after_tdm1_liver, over(known.bilirubin, 150)])),
            ],
            known.no_tdxd(),
        ),
        // B08: with brain metastases, up to two lines before.
        row(
            "TDXD",
            recent,
            &[known.brain(), not(leptomeninges), her2_before, tdxd_naive, of(&|t| t.count(Drug::is_her2) <= 2)],
            known.no_tdxd(),
        ),
        // S02, S04, B12: the tucatinib triplet, labels of the United States and of the EU.
        row(
            "TUC_TRIPLET",
            day(2020, 4, 17),
            &[her2_before, not(given(Drug::Tucatinib)), tdxd_naive],
            known.no_tucatinib_triplet(),
        ),
        row(
            "TUC_TRIPLET",
            day(2020, 4, 17),
            &[her2_before, not(given(Drug::Tucatinib)), not(leptomeninges), metastatic_tdxd],
            known.no_tucatinib_triplet(),
        ),
        row(
            "TUC_TRIPLET",
            day(2020, 4, 17),
            &[her2_before, not(given(Drug::Tucatinib)), not(leptomeninges), known.brain(), unclear_brain],
            any(&[known.no_tucatinib_triplet(), unclear_brain]),
        ),
        row(
            "TUC_TRIPLET",
            day(2020, 4, 17),
            &[her2_before, not(given(Drug::Tucatinib)), leptomeninges],
            known.no_tucatinib_triplet(),
        ),
        row(
            "TUC_TRIPLET",
            day(2021, 2, 11),
            &[regimens_any(2), not(given(Drug::Tucatinib))],
            known.no_tucatinib_triplet(),
        ),
        row(
            "TUC_TRIPLET",
            may_2022,
            &[known.brain(), not(leptomeninges), her2_before, not(given(Drug::Tucatinib)), unclear_brain],
            known.no_tucatinib_triplet(),
        ),
        // S03: T-DM1, the standard until T-DXd.
        Row {
            option: "TDM1",
            from: day(2013, 2, 22),
            until: Some(recent),
            when: all(&[her2_before, trastuzumab_before, taxane_before, not(given(Drug::Tdm1))]),
            against: known.no_tdm1(),
        },
        row(
            "TDM1",
            recent,
            &[
                her2_before,
                any(&[trastuzumab_before, had_tdxd]),
                any(&[taxane_before, had_tdxd]),
                not(given(Drug::Tdm1)),
            ],
            known.no_tdm1(),
        ),
        // L03: T-DM1 once T-DXd and tucatinib are used up.
        row(
            "TDM1",
            day(2019, 12, 20),
            &[
                her2_before,
                trastuzumab_before,
                taxane_before,
                not(given(Drug::Tdm1)),
                metastatic_tdxd,
                any(&[given(Drug::Tucatinib), Some(known.filtration < 30), Some(false)]),
            ],
            known.no_tdm1(),
        ),
        // T03: T-DM1 after adjuvant T-DXd; nobody here had that.
        row(
            "TDM1",
            day(2026, 5, 15),
            &[naive, of(&|t| t.early.iter().any(|c| c.drug == Drug::Tdxd)), within_12, not(given(Drug::Tdm1))],
            known.no_tdm1(),
        ),
        row("TRAS_CHEMO", day(2009, 1, 1), &[her2_before, metastatic_tdxd], known.no_trastuzumab()),
        // L09: pertuzumab for those who never had it.
        row("HP_VINO_CAPE", may_2022, &[her2_before, not(given(Drug::Pertuzumab))], no_vinorelbine),
        row("HP_VINO_CAPE", may_2022, &[her2_before, not(given(Drug::Pertuzumab))], no_capecitabine),
        // L04 to L11.
        row(
            "NERA_CAPE",
            day(2020, 2, 25),
            &[of(&|t| t.count(Drug::is_her2) >= 2), not(given(Drug::Neratinib))],
            any(&[
                known.pregnant(),
                known.proton_pump_inhibitor,
                over(known.alt, 500),
                over(known.bilirubin, 300),
                known.no_capecitabine(),
            ]),
        ),
        row(
            "MARG_CHEMO",
            day(2020, 12, 16),
            &[her2_before, regimens_any(2), not(given(Drug::Margetuximab))],
            any(&[
                known.pregnant(),
                known.heart_failure(),
                known.lvef_within(28).map(|value| value < 50),
                known.fall_from(16),
            ]),
        ),
        row(
            "LAPA_CAPE",
            day(2007, 3, 13),
            &[
                her2_before,
                line_from(3),
                of(&|t| t.had_group(Group::Anthracycline)),
                taxane_before,
                trastuzumab_before,
                not(given(Drug::Lapatinib)),
            ],
            any(&[known.no_lapatinib(), known.no_capecitabine()]),
        ),
        row(
            "LAPA_TRAS",
            day(2013, 7, 25),
            &[her2_before, line_from(3), trastuzumab_before, not(given(Drug::Lapatinib))],
            any(&[known.no_lapatinib(), known.no_trastuzumab()]),
        ),
        row("TRAS_CHEMO", day(2009, 1, 1), &[her2_before, line_from(3)], known.no_trastuzumab()),
        row(
            "ABEMA_FULV_TRAS",
            may_2022,
            &[
                her2_before,
                line_from(3),
                hormone,
                not(any(&[of(&|t| t.had_group(Group::Cdk46)), given(Drug::Fulvestrant)])),
            ],
            any(&[
                known.no_trastuzumab(),
                known.active_lung_disease(),
                known.proton_pump_inhibitor.map(|_| false),
                Some(known.platelets < 100),
            ]),
        ),
        row(
            "HP_ET",
            may_2022,
            &[her2_before, line_from(3), hormone, not(known.visceral_crisis())],
            any(&[known.no_trastuzumab(), known.gonads_at_work()]),
        ),
        row(
            "CHANGE_ET",
            may_2022,
            &[her2_before, line_from(3), hormone, not(known.visceral_crisis())],
            known.pregnant(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_valued_logic_is_kleenes() {
        assert_eq!(all(&[Some(true), None]), None);
        assert_eq!(all(&[Some(false), None]), Some(false));
        assert_eq!(any(&[Some(true), None]), Some(true));
        assert_eq!(any(&[Some(false), None]), None);
        assert_eq!(any(&[]), Some(false));
    }

    #[test]
    fn the_same_day_later_stays_within_its_month() {
        assert_eq!(same_day_later(Day::civil(2023, 8, 31), 6), Day::civil(2024, 2, 29));
        assert_eq!(same_day_later(Day::civil(2023, 3, 15), 12), Day::civil(2024, 3, 15));
    }
}

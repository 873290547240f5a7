//! What the ISH results of one specimen say together.
//!
//! Every number that may stand is tried with every other. If all lead to one class, that is the class; if stated numbers
//! lead to different ones they contradict each other, and if bounds leave several open the class is open. So no result
//! depends on which number comes first. Numbers of a later count replace those of an earlier one as a whole.

use rust_decimal::Decimal;

use super::specimens::{earlier, newest};
use crate::chart::asserted::{Amount, Method, Number, ReceptorResult, ReceptorTest, ResultWord};
use crate::classify::her2::{Flag, Group, Invalid, Ish, IshNumbers, Supplied, ish_class};
use crate::classify::hormone_receptors::Comparator;

/// The ISH side of one specimen.
pub(super) struct IshFindings {
    pub(super) class: Result<Ish, Invalid>,
    pub(super) recount: Result<Option<Group>, Invalid>,
    pub(super) adjudicated: Option<Group>,
    pub(super) words: Vec<ResultWord>,
    /// Some number was given.
    pub(super) counted: bool,
    pub(super) flags: Vec<Flag>,
    pub(super) conflicts: Vec<String>,
}

/// Takes the ISH results of one specimen together.
pub(super) fn of(results: &[&ReceptorResult]) -> IshFindings {
    let by = |methods: &[Method]| -> Vec<&ReceptorResult> {
        results.iter().copied().filter(|r| is_ish(r.test) && methods.contains(&r.method)).collect()
    };
    let mut conflicts = Vec::new();
    let first = counted(&by(&[Method::Unspecified, Method::SingleProbe]));
    let told: Vec<&ReceptorResult> = newest_words(&by(&[Method::Unspecified, Method::SingleProbe]));
    let mut words: Vec<ResultWord> = told.iter().flat_map(|r| r.reading.results.iter().copied()).collect();
    let ratios = first.ratio.clone();
    let (class, flags) = class_of(&first, "ISH", &mut conflicts);
    for ratio in &ratios {
        words.extend(limits_of_2007(ratio));
    }
    words.sort_unstable();
    words.dedup();
    let named = groups(&by(&[Method::Unspecified, Method::SingleProbe]), "ISH", &mut conflicts);
    let class = combined(class, named, &words, &mut conflicts);
    contradictions(&words, class, &ratios, &mut conflicts);

    let again = counted(&by(&[Method::Recount]));
    let recounted = class_of(&again, "the recount", &mut conflicts).0;
    let recount_named = groups(&by(&[Method::Recount]), "the recount", &mut conflicts);
    let recount = recounted.map(|class| match class {
        Ish::Dual(group) => Some(group),
        _ => recount_named,
    });
    let adjudicated = groups(&by(&[Method::Adjudication]), "the laboratory's decision", &mut conflicts);
    IshFindings { class, recount, adjudicated, words, counted: first.any(), flags, conflicts }
}

fn is_ish(test: ReceptorTest) -> bool {
    matches!(test, ReceptorTest::Her2Ish | ReceptorTest::Her2Ratio | ReceptorTest::Her2Copies | ReceptorTest::Her2Cep17)
}

/// Results whose words stand: of each test the newest.
fn newest_words<'r>(results: &[&'r ReceptorResult]) -> Vec<&'r ReceptorResult> {
    let tests = [ReceptorTest::Her2Ish, ReceptorTest::Her2Ratio, ReceptorTest::Her2Copies, ReceptorTest::Her2Cep17];
    tests
        .into_iter()
        .flat_map(|test| newest(&results.iter().copied().filter(|r| r.test == test).collect::<Vec<_>>()))
        .collect()
}

/// The numbers of one count.
#[derive(Default)]
struct Count {
    ratio: Vec<Number>,
    copies: Vec<Number>,
    cep17: Vec<Number>,
    single: Vec<Number>,
}

impl Count {
    fn any(&self) -> bool {
        [&self.ratio, &self.copies, &self.cep17, &self.single].iter().any(|numbers| !numbers.is_empty())
    }
}

/// Whether two results give a number of the same kind.
fn same_amount(a: &ReceptorResult, b: &ReceptorResult) -> bool {
    a.method == b.method && a.reading.numbers.iter().any(|x| b.reading.numbers.iter().any(|y| x.of == y.of))
}

/// The numbers of the newest count. A result with a newer one of its kind is replaced, and so are the others of its day:
/// a ratio of one count is never joined to the copies of another.
fn counted(results: &[&ReceptorResult]) -> Count {
    let replaced = |a: &ReceptorResult| results.iter().any(|b| same_amount(a, b) && earlier(a, b));
    let stands = |a: &&&ReceptorResult| {
        !results.iter().any(|b| {
            let one_count = (a.issued, a.effective, a.method) == (b.issued, b.effective, b.method);
            one_count && replaced(b)
        })
    };
    let mut count = Count::default();
    for result in results.iter().filter(stands) {
        for number in &result.reading.numbers {
            let slot = match (number.of, result.method) {
                (Amount::Copies, Method::SingleProbe) => &mut count.single,
                (Amount::Copies, _) => &mut count.copies,
                (Amount::Cep17, _) => &mut count.cep17,
                (Amount::Ratio | Amount::Unnamed, _) => &mut count.ratio,
                (Amount::Allred, _) => continue,
            };
            let same = |other: &Number| (other.value, other.comparator) == (number.value, number.comparator);
            if !slot.iter().any(same) {
                slot.push(*number);
            }
        }
    }
    for slot in [&mut count.ratio, &mut count.copies, &mut count.cep17, &mut count.single] {
        slot.sort_by_key(|number| (number.value, number.comparator.as_str()));
    }
    count
}

/// Values that stand for all that a number allows: itself, or for a bound one value in each band of the table.
fn possible(number: &Number) -> Vec<Decimal> {
    if number.comparator == Comparator::Exact {
        return vec![number.value];
    }
    let near = Decimal::new(1, 6);
    let mut values: Vec<Decimal> = [0, 2, 4, 6].into_iter().map(Decimal::from).collect();
    values.push(Decimal::from(1000));
    for value in [Decimal::TWO, Decimal::from(4), Decimal::from(6), number.value] {
        values.push(value);
        values.extend([value.checked_sub(near), value.checked_add(near)].into_iter().flatten());
    }
    values.retain(|value| *value >= Decimal::ZERO && allows(number, *value));
    values.sort_unstable();
    values.dedup();
    values
}

fn allows(number: &Number, value: Decimal) -> bool {
    match number.comparator {
        Comparator::Exact => value == number.value,
        Comparator::Less => value < number.value,
        Comparator::LessOrEqual => value <= number.value,
        Comparator::Greater => value > number.value,
        Comparator::GreaterOrEqual => value >= number.value,
    }
}

/// The class of a count. Where stated numbers lead to different classes, what contradicts is added.
fn class_of(count: &Count, of: &str, conflicts: &mut Vec<String>) -> (Result<Ish, Invalid>, Vec<Flag>) {
    let choices = |numbers: &[Number]| -> Vec<Option<Number>> {
        if numbers.is_empty() { vec![None] } else { numbers.iter().copied().map(Some).collect() }
    };
    let mut found: Vec<Ish> = Vec::new();
    let mut open = false;
    let mut flags = Vec::new();
    for ratio in choices(&count.ratio) {
        for copies in choices(&count.copies) {
            for cep17 in choices(&count.cep17) {
                for single in choices(&count.single) {
                    match one_class([ratio, copies, cep17, single], &mut flags) {
                        Err(invalid) => return (Err(invalid), Vec::new()),
                        Ok(None) => open = true,
                        Ok(Some(class)) if found.contains(&class) => {}
                        Ok(Some(class)) => found.push(class),
                    }
                }
            }
        }
    }
    flags.sort_unstable();
    flags.dedup();
    let bound_broken = [&count.ratio, &count.copies, &count.cep17, &count.single].into_iter().any(|numbers| {
        let exact = |number: &&Number| number.comparator == Comparator::Exact;
        numbers
            .iter()
            .any(|bound| numbers.iter().filter(exact).any(|number| !allows(bound, number.value) && !exact(&bound)))
    });
    match found.as_slice() {
        _ if bound_broken => {
            conflicts.push(format!("the numbers of {of} exclude each other"));
            (Ok(Ish::Partial), flags)
        }
        [] if open => (Ok(Ish::Partial), flags),
        [] => (Ok(Ish::None), flags),
        [one] => (Ok(*one), flags),
        several => {
            let names: Vec<&str> = several.iter().map(|class| class.as_str()).collect();
            conflicts.push(format!("the numbers of {of} contradict each other: {}", names.join(" and ")));
            (Ok(Ish::Partial), flags)
        }
    }
}

/// The class of one choice of numbers, `None` where its bounds leave several.
fn one_class(numbers: [Option<Number>; 4], flags: &mut Vec<Flag>) -> Result<Option<Ish>, Invalid> {
    let values = |number: Option<Number>| -> Vec<Supplied> {
        number.map_or_else(
            || vec![Supplied::Absent],
            |number| possible(&number).into_iter().map(Supplied::Number).collect(),
        )
    };
    let [ratio, copies, cep17, single] = numbers;
    let exact = numbers.iter().flatten().all(|number| number.comparator == Comparator::Exact);
    let mut found: Option<Ish> = None;
    for ratio in values(ratio) {
        for copies in values(copies) {
            for cep17 in values(cep17) {
                for single_copies in values(single) {
                    // A bound on the chromosome's count does not exclude zero, a count does.
                    if !exact && cep17 == Supplied::Number(Decimal::ZERO) {
                        continue;
                    }
                    let (class, remarks) = ish_class(&IshNumbers { ratio, copies, cep17, single_copies })?;
                    if exact {
                        flags.extend(remarks);
                    }
                    if found.is_some_and(|other| other != class) {
                        return Ok(None);
                    }
                    found = Some(class);
                }
            }
        }
    }
    Ok(found)
}

/// The limits of 2007: below 1.8 not amplified, above 2.2 amplified; reports of that time give only the limit.
fn limits_of_2007(ratio: &Number) -> Option<ResultWord> {
    match ratio.comparator {
        Comparator::Less | Comparator::LessOrEqual if ratio.value <= Decimal::new(18, 1) => Some(ResultWord::Negative),
        Comparator::Greater | Comparator::GreaterOrEqual if ratio.value >= Decimal::new(22, 1) => {
            Some(ResultWord::Positive)
        }
        _ => None,
    }
}

/// The group that results name.
fn groups(results: &[&ReceptorResult], of: &str, conflicts: &mut Vec<String>) -> Option<Group> {
    let mut named: Vec<Group> = newest_words(results).iter().filter_map(|result| result.reading.group).collect();
    named.sort_unstable();
    named.dedup();
    match named.as_slice() {
        [] => None,
        [one] => Some(*one),
        several => {
            let names: Vec<&str> = several.iter().map(|group| group.as_str()).collect();
            conflicts.push(format!("{of} names {}", names.join(" and ")));
            None
        }
    }
}

/// The class from numbers, else from a group that is named, else from the laboratory's word.
fn combined(
    class: Result<Ish, Invalid>,
    named: Option<Group>,
    words: &[ResultWord],
    conflicts: &mut Vec<String>,
) -> Result<Ish, Invalid> {
    let class = class?;
    if let (Ish::Dual(counted), Some(named)) = (class, named)
        && counted != named
    {
        conflicts.push(format!(
            "ISH is called group {}, but its numbers are those of {}",
            named.as_str(),
            counted.as_str()
        ));
    }
    let open = matches!(class, Ish::Partial | Ish::None);
    let word = words.first().map(|word| match word {
        ResultWord::Positive | ResultWord::LowPositive => Ish::ReportedAmplified,
        ResultWord::Negative => Ish::ReportedNotAmplified,
        ResultWord::Equivocal | ResultWord::Indeterminate => Ish::Partial,
    });
    Ok(match (open, named, word) {
        (true, Some(named), _) => Ish::Dual(named),
        (true, None, Some(word)) => word,
        _ => class,
    })
}

/// Words that contradict each other or the numbers.
fn contradictions(words: &[ResultWord], class: Result<Ish, Invalid>, ratios: &[Number], conflicts: &mut Vec<String>) {
    let has = |word| words.contains(&word);
    let (positive, negative) = (has(ResultWord::Positive), has(ResultWord::Negative));
    let open = has(ResultWord::Equivocal) || has(ResultWord::Indeterminate);
    if positive && negative {
        conflicts.push("ISH is called both amplified and not amplified".to_owned());
    } else if open && (positive || negative) {
        conflicts.push("ISH is called both settled and open".to_owned());
    }
    let all = |ratio: &Number, side: bool| possible(ratio).iter().all(|value| (*value >= Decimal::TWO) == side);
    let (above, below) = (ratios.iter().any(|ratio| all(ratio, true)), ratios.iter().any(|ratio| all(ratio, false)));
    match class {
        Ok(Ish::Dual(Group::G1)) if negative => conflicts.push("ISH group 1 is called not amplified".to_owned()),
        Ok(Ish::Dual(Group::G5)) if positive => conflicts.push("ISH group 5 is called amplified".to_owned()),
        Ok(Ish::Dual(_)) => {}
        _ if above && below => conflicts.push("ISH ratios lie on both sides of 2.0".to_owned()),
        _ if above && negative => conflicts.push("an ISH ratio of at least 2.0 is called not amplified".to_owned()),
        _ if below && positive => conflicts.push("an ISH ratio below 2.0 is called amplified".to_owned()),
        _ => {}
    }
}

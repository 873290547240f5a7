//! The weights of the subdistribution risk set written out as rows.

use crate::aalen_johansen::CompetingRisks;
use crate::at::At;
use crate::error::Error;
use crate::order::{on_one_grid, sort_rows};

/// Rows `(entry, exit]` in which people with a competing event stay at risk with changing weight.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExpandedRows {
    /// The row of the original table each came from.
    pub row: Vec<usize>,
    /// Time of entry.
    pub entry: Vec<f64>,
    /// Time of exit.
    pub exit: Vec<f64>,
    /// Whether the event of interest happened at the exit.
    pub event: Vec<bool>,
    /// The weight.
    pub weight: Vec<f64>,
}

/// Writes the weights of the subdistribution risk set out as rows.
///
/// Here a censoring at the time of an event comes after it, and who enters at it is not yet there, as everywhere in this
/// crate. Stretches without an event of interest add nothing to the partial likelihood and are left out.
///
/// # Errors
/// Weights; no event of the cause; with delayed entry a time at which everyone at risk has just entered, before which some
/// had a competing event.
pub fn expand(data: &CompetingRisks<'_>, interest: usize) -> Result<ExpandedRows, Error> {
    super::refuse_weights(data)?;
    let (time, entry) = on_one_grid(data.observations.time(), data.observations.entry());
    let mut events: Vec<f64> =
        time.iter().enumerate().filter(|&(row, _)| data.cause_of(row) == interest).map(|(_, &time)| time).collect();
    events.sort_by(f64::total_cmp);
    events.dedup();
    let Some(&last_event) = events.last() else { return Err(Error::NoEvents) };
    let observed = Observed::new(data, &time, entry.as_deref());
    let mut rows = ExpandedRows::default();
    let mut push = |row: usize, entry: f64, exit: f64, event: bool, weight: f64| {
        rows.row.push(row);
        rows.entry.push(entry);
        rows.exit.push(exit);
        rows.event.push(event);
        rows.weight.push(weight);
    };
    for (row, &exit) in time.iter().enumerate() {
        let cause = data.cause_of(row);
        let start = entry.as_ref().map_or(0.0, |entry| entry.at(row));
        if cause == 0 || cause == interest {
            push(row, start, exit, cause == interest, 1.0);
            continue;
        }
        // The weight stays one until the probability of being under observation changes.
        let next = observed.time.partition_point(|&change| change < exit);
        let before = next.checked_sub(1).map_or(observed.at_first, |i| observed.value.at(i));
        push(row, start, observed.time.get(next).copied().unwrap_or(last_event).max(exit), false, 1.0);
        for i in next..observed.time.len() {
            let start = observed.time.at(i);
            let end = observed.time.get(i + 1).copied().unwrap_or(f64::INFINITY).min(last_event);
            let event_inside =
                events.partition_point(|&event| event <= start) < events.partition_point(|&event| event <= end);
            if end > start && event_inside && observed.value.at(i) > 0.0 {
                if before <= 0.0 {
                    return Err(Error::NobodyAtRisk { time: observed.empty_until });
                }
                push(row, start, end, false, observed.value.at(i) / before);
            }
        }
    }
    Ok(rows)
}

/// The probability `G(t-) H(t-)` of being under observation, but for events: entered before `t` and not yet censored.
struct Observed {
    /// Times after which it changes.
    time: Vec<f64>,
    /// Its value after each time, up to the next.
    value: Vec<f64>,
    /// Its value up to the first time.
    at_first: f64,
    /// The last time at which everyone at risk has just entered; before it `H` is zero.
    empty_until: f64,
}

impl Observed {
    fn new(data: &CompetingRisks<'_>, time: &[f64], entry: Option<&[f64]>) -> Self {
        let (mut censoring, mut entering) = (censoring_factors(data, time, entry), entry_factors(time, entry));
        let empty_until =
            entering.iter().filter(|(_, factor)| *factor <= 0.0).map(|(time, _)| *time).fold(0.0, f64::max);
        // H(t-) is the product over entries at or after t.
        let mut h: f64 = entering.iter().map(|(_, factor)| factor).product();
        let at_first = h;
        let (mut g, mut times, mut values) = (1.0, Vec::new(), Vec::new());
        censoring.reverse();
        entering.reverse();
        while let Some(now) =
            [censoring.last(), entering.last()].into_iter().flatten().map(|(at, _)| *at).reduce(f64::min)
        {
            if let Some((_, factor)) = censoring.pop_if(|(at, _)| *at == now) {
                g *= factor;
            }
            if entering.pop_if(|(at, _)| *at == now).is_some() {
                // Made anew each time: a factor of zero cannot be divided out.
                h = entering.iter().map(|(_, factor)| factor).product();
            }
            times.push(now);
            values.push(g * h);
        }
        Self { time: times, value: values, at_first, empty_until }
    }
}

/// The factors of the Kaplan-Meier curve of censoring; events come before censorings at the same time.
fn censoring_factors(data: &CompetingRisks<'_>, time: &[f64], entry: Option<&[f64]>) -> Vec<(f64, f64)> {
    let order = sort_rows(time, 0..time.len());
    let mut entries: Vec<f64> = entry.unwrap_or(&[]).to_vec();
    entries.sort_by(f64::total_cmp);
    let (mut left, mut factors) = (time.len(), Vec::new());
    for block in order.chunk_by(|&a, &b| time.at(a) == time.at(b)) {
        let now = block.first().map_or(f64::NAN, |&row| time.at(row));
        let censored = block.iter().filter(|&&row| data.cause_of(row) == 0).count();
        if censored > 0 {
            let waiting = entries.len() - entries.partition_point(|&entry| entry < now);
            let at_risk = left - (block.len() - censored) - waiting;
            factors.push((now, 1.0 - censored as f64 / at_risk as f64));
        }
        left -= block.len();
    }
    factors
}

/// The factors of the product limit of entry in reversed time: at `u` those are at risk who entered by then and leave later.
fn entry_factors(time: &[f64], entry: Option<&[f64]>) -> Vec<(f64, f64)> {
    let mut entries: Vec<f64> = entry.unwrap_or(&[]).to_vec();
    entries.sort_by(f64::total_cmp);
    let mut exits = time.to_vec();
    exits.sort_by(f64::total_cmp);
    let mut factors = Vec::new();
    for same in entries.chunk_by(|a, b| a == b) {
        let now = same.first().copied().unwrap_or(f64::NAN);
        let entered = entries.partition_point(|&entry| entry <= now);
        let gone = exits.partition_point(|&exit| exit <= now);
        factors.push((now, 1.0 - same.len() as f64 / (entered - gone) as f64));
    }
    factors
}

//! Landmark analysis: groups that are defined by something that happens during follow-up.
//!
//! Comparing responders with non-responders from time zero credits responders with the time they had to survive to
//! respond (immortal time). Anderson, Cain and Gelber (JCO 1983;1:710): fix a landmark, leave out everyone who left before
//! it, classify the others by what had happened by then, and follow them from the landmark on.

use crate::error::Error;
use crate::observations::Observations;

/// The people still under observation at a landmark, followed from there.
#[derive(Debug, Clone, PartialEq)]
pub struct Landmark {
    /// The landmark, on the original time scale.
    pub time: f64,
    /// Positions of the rows that are kept.
    pub rows: Vec<usize>,
    /// Their times of exit, from the landmark on.
    pub exit: Vec<f64>,
    /// Whether the event happened then.
    pub event: Vec<bool>,
    /// Whether the intermediate event had happened by the landmark; later ones count as not.
    pub responded: Vec<bool>,
    /// Rows left out because they had left at or before the landmark.
    pub left_before: usize,
    /// Rows left out because they entered after the landmark.
    pub entered_after: usize,
}

/// Classifies by an intermediate event at `landmark`.
///
/// `response` holds the time of the intermediate event, `None` for those who never had it.
///
/// # Errors
/// Another length; a landmark that is negative or not finite; nobody left at the landmark.
pub fn landmark(observations: &Observations<'_>, response: &[Option<f64>], landmark: f64) -> Result<Landmark, Error> {
    crate::observations::check_length("response", response.len(), observations.len())?;
    if !landmark.is_finite() || landmark < 0.0 {
        return Err(Error::Landmark { landmark });
    }
    let mut kept = Landmark {
        time: landmark,
        rows: Vec::new(),
        exit: Vec::new(),
        event: Vec::new(),
        responded: Vec::new(),
        left_before: 0,
        entered_after: 0,
    };
    let entry = observations.entries_or_start();
    let people = observations.time().iter().zip(observations.event()).zip(response).zip(&entry);
    for (row, (((&time, &event), &response), &entry)) in people.enumerate() {
        if time <= landmark {
            kept.left_before += 1;
        } else if entry > landmark {
            kept.entered_after += 1;
        } else {
            kept.rows.push(row);
            kept.exit.push(time - landmark);
            kept.event.push(event);
            kept.responded.push(response.is_some_and(|response| response <= landmark));
        }
    }
    if kept.rows.is_empty() { Err(Error::Landmark { landmark }) } else { Ok(kept) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_response_counts_as_none_and_early_exits_are_left_out() {
        let observations = Observations::new(&[1.0, 2.0, 5.0, 6.0, 7.0], &[true, false, true, true, false])
            .unwrap()
            .with_entry(&[0.0, 0.0, 0.0, 0.0, 3.0])
            .unwrap();
        let response = [Some(0.5), None, Some(2.0), Some(4.0), Some(1.0)];
        let kept = landmark(&observations, &response, 2.0).unwrap();
        assert_eq!(kept.rows, [2, 3]);
        assert_eq!(kept.exit, [3.0, 4.0]);
        assert_eq!(kept.responded, [true, false]);
        assert_eq!((kept.left_before, kept.entered_after), (2, 1));
        assert_eq!(landmark(&observations, &response, 9.0).err(), Some(Error::Landmark { landmark: 9.0 }));
    }
}

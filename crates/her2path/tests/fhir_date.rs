//! Partial dates: forms, spans, and what two precisions can and cannot say about each other.

#![cfg(test)]

use std::cmp::Ordering;

use her2path::date::{DateError, PartialDate, Precision};
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn parse(text: &str) -> PartialDate {
    PartialDate::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn forms_of_fhir_are_read() {
    #[rustfmt::skip]
    let cases = [
        // text, printed, first day, last day
        ("2024",                          "2024",       date(2024, 1, 1),  date(2024, 12, 31)),
        ("1905-08",                       "1905-08",    date(1905, 8, 1),  date(1905, 8, 31)),
        ("2024-02",                       "2024-02",    date(2024, 2, 1),  date(2024, 2, 29)),
        ("2023-02",                       "2023-02",    date(2023, 2, 1),  date(2023, 2, 28)),
        ("2024-02-29",                    "2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("2015-02-07T13:28:17-05:00",     "2015-02-07", date(2015, 2, 7),  date(2015, 2, 7)),
        ("2015-02-07T13:28:17.239+02:00", "2015-02-07", date(2015, 2, 7),  date(2015, 2, 7)),
        // The day as the clinician wrote it, although in UTC it is the next one.
        ("2015-02-07T23:30:00-05:00",     "2015-02-07", date(2015, 2, 7),  date(2015, 2, 7)),
        ("2016-12-31T23:59:60Z",          "2016-12-31", date(2016, 12, 31), date(2016, 12, 31)),
        // FHIR R5 allows a time without seconds; records have times without a zone.
        ("2015-02-07T13:28Z",             "2015-02-07", date(2015, 2, 7),  date(2015, 2, 7)),
        ("2015-02-07T13:28:17",           "2015-02-07", date(2015, 2, 7),  date(2015, 2, 7)),
        ("0001-01-01",                    "0001-01-01", date(1, 1, 1),     date(1, 1, 1)),
        ("9999",                          "9999",       date(9999, 1, 1),  date(9999, 12, 31)),
    ];
    for (text, printed, earliest, latest) in cases {
        let read = parse(text);
        assert_eq!(read.to_string(), printed, "{text}");
        assert_eq!((read.earliest(), read.latest()), (earliest, latest), "{text}");
    }
}

#[test]
fn everything_else_is_refused() {
    let other_forms = [
        "",
        " ",
        "24",
        "202",
        "20240",
        "2024-3",
        "2024-3-07",
        "2024-03-7",
        "2024-",
        "2024-03-",
        "2024/03/07",
        "07.03.2024",
        "20240307",
        "2024-03-07T",
        "2024-03-07T09",
        "2024-03-07 09:30:00",
        "2024-03T09:30:00Z",
        "2024T09:30:00Z",
        "2024-03-07T9:30:00Z",
        "2024-03-07T09:30:00.Z",
        "2024-03-07T09:30:00+1:00",
        "2024-03-07T09:30:00+0100",
        "2024-03-07T09:30:00z",
        "2024-03-07Z",
        "+2024-03-07",
        "-2024-03-07",
        "2024-03-07-01",
        " 2024-03-07",
        "2024-03-07 ",
        "２０２４",
        "<dateTime>",
        "unknown",
        "2024-03-07T09:30:00ZZ",
    ];
    for text in other_forms {
        assert_eq!(PartialDate::parse(text), Err(DateError::Form { text: text.into() }), "{text:?}");
    }
    let no_days = ["2024-02-30", "2023-02-29", "1900-02-29", "2024-13", "2024-00", "2024-04-31", "2024-01-00", "0000"];
    for text in no_days {
        assert_eq!(PartialDate::parse(text), Err(DateError::NoSuchDay { text: text.into() }), "{text:?}");
    }
    let no_times =
        ["2024-03-07T24:00:00Z", "2024-03-07T09:60:00Z", "2024-03-07T09:30:61Z", "2024-03-07T09:30:00+15:00"];
    for text in no_times {
        assert_eq!(PartialDate::parse(text), Err(DateError::NoSuchTime { text: text.into() }), "{text:?}");
    }
}

#[test]
fn order_is_unknown_where_precision_does_not_settle_it() {
    #[rustfmt::skip]
    let cases = [
        // a, b, a before b, b before a
        ("2024-03-07", "2024-03-08", Some(true),  Some(false)),
        ("2024-03-07", "2024-03-07", Some(false), Some(false)),
        ("2023",       "2024",       Some(true),  Some(false)),
        ("2024",       "2024",       None,        None),
        ("2024",       "2024-03",    None,        None),
        ("2024-02",    "2024-03-01", Some(true),  Some(false)),
        // The first of January cannot be after any day of its year, and the last of December not before any.
        ("2024",       "2024-01-01", Some(false), None),
        ("2024",       "2024-12-31", None,        Some(false)),
    ];
    for (a, b, a_before_b, b_before_a) in cases {
        assert_eq!(parse(a).before(parse(b)), a_before_b, "{a} before {b}");
        assert_eq!(parse(b).before(parse(a)), b_before_a, "{b} before {a}");
    }
}

#[test]
fn on_or_before_a_day() {
    let day = date(2024, 3, 15);
    let cases = [
        ("2024-03-15", Some(true)),
        ("2024-03-16", Some(false)),
        ("2024-03", None),
        ("2024-02", Some(true)),
        ("2024-04", Some(false)),
        ("2024", None),
        ("2023", Some(true)),
        ("2025", Some(false)),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text).on_or_before(day), expected, "{text}");
    }
    assert_eq!(parse("2024").on_or_before(date(2024, 12, 31)), Some(true));
}

#[test]
fn days_between_partial_dates_have_bounds() {
    #[rustfmt::skip]
    let cases = [
        ("2024-03-01", "2024-03-31", (30, 30)),
        ("2024-03-31", "2024-03-01", (-30, -30)),
        ("2024-02-28", "2024-03",    (2, 32)),
        ("2023",       "2024",       (1, 730)),
        ("2024",       "2024",       (-365, 365)),
    ];
    for (a, b, expected) in cases {
        assert_eq!(parse(a).days_until(parse(b)), expected, "{a} to {b}");
    }
}

#[test]
fn sorting_is_by_last_day_then_coarser_first() {
    let mut dates = ["2024-12-31", "2024-01-01", "2024", "2024-12", "2023", "2024-01"].map(parse);
    dates.sort_by(PartialDate::cmp_sort);
    assert_eq!(dates.map(|date| date.to_string()), ["2023", "2024-01-01", "2024-01", "2024", "2024-12", "2024-12-31"]);
}

#[test]
fn shifting_keeps_the_precision() {
    assert_eq!(parse("2024-02-28").shift(2).map(|date| date.to_string()).as_deref(), Some("2024-03-01"));
    assert_eq!(parse("2024-03-01").shift(-1).map(|date| date.to_string()).as_deref(), Some("2024-02-29"));
    assert_eq!(parse("2024-01").shift(31).map(|date| date.to_string()).as_deref(), Some("2024-02"));
    assert_eq!(parse("2023").shift(365).map(|date| date.to_string()).as_deref(), Some("2024"));
    assert_eq!(parse("9999-12-31").shift(1), None);
    assert_eq!(parse("0001-01-01").shift(-1), None);
    assert_eq!(parse("2024-01-01").shift(i64::MAX), None);
    assert_eq!(parse("2024-01-01").shift(i64::MIN), None);
}

fn any_date() -> impl Strategy<Value = PartialDate> {
    (1i16..=9999, 1i8..=12, 1i8..=31, 0..3).prop_filter_map("no such day", |(year, month, day, precision)| {
        let day = Date::new(year, month, day).ok()?;
        let text = match precision {
            0 => format!("{year:04}"),
            1 => format!("{year:04}-{month:02}"),
            _ => day.to_string(),
        };
        PartialDate::parse(&text).ok()
    })
}

proptest! {
    #[test]
    fn printed_dates_read_the_same(date in any_date()) {
        prop_assert_eq!(PartialDate::parse(&date.to_string()), Ok(date));
    }

    /// `before` is what holds for all pairs of days, found by trying the corners of both spans.
    #[test]
    fn before_holds_for_every_pair_of_days(a in any_date(), b in any_date()) {
        let pairs = [
            (a.earliest(), b.earliest()), (a.earliest(), b.latest()),
            (a.latest(), b.earliest()), (a.latest(), b.latest()),
        ];
        let expected = if pairs.iter().all(|(a, b)| a < b) { Some(true) }
            else if pairs.iter().all(|(a, b)| a >= b) { Some(false) }
            else { None };
        prop_assert_eq!(a.before(b), expected);
    }

    #[test]
    fn cmp_sort_is_a_total_order(a in any_date(), b in any_date(), c in any_date()) {
        prop_assert_eq!(a.cmp_sort(&b), b.cmp_sort(&a).reverse());
        prop_assert_eq!(a.cmp_sort(&b) == Ordering::Equal, a == b);
        if a.cmp_sort(&b) != Ordering::Greater && b.cmp_sort(&c) != Ordering::Greater {
            prop_assert_ne!(a.cmp_sort(&c), Ordering::Greater);
        }
    }

    #[test]
    fn shifting_days_moves_them_so_far(date in any_date(), days in -4000i64..4000) {
        prop_assume!(date.precision() == Precision::Day);
        if let Some(moved) = date.shift(days) {
            prop_assert_eq!(date.days_until(moved), (days, days));
            prop_assert_eq!(moved.shift(-days), Some(date));
        }
    }

    #[test]
    fn parsing_never_panics(text in ".{0,40}") {
        let _ = PartialDate::parse(&text);
    }
}

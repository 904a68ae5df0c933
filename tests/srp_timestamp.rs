//! The timestamp of a password proof against the `time` crate, which computes dates its own way.
#![allow(clippy::unwrap_used)]

use std::time::{Duration, UNIX_EPOCH};

use portcullis::srp::timestamp::timestamp;
use time::OffsetDateTime;

fn expected(seconds: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
    let (weekday, month) = (moment.weekday().to_string(), moment.month().to_string());
    let (hour, minute, second) = moment.to_hms();
    format!(
        "{} {} {} {hour:02}:{minute:02}:{second:02} UTC {}",
        &weekday[..3],
        &month[..3],
        moment.day(),
        moment.year()
    )
}

fn check(seconds: i64) {
    let moment = UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs());
    assert_eq!(timestamp(moment), expected(seconds));
}

#[test]
fn every_day_of_two_centuries_at_changing_times() {
    for day in 0..73_049 {
        check(day * 86_400 + day * 7_919 % 86_400);
    }
}

#[test]
fn the_ends_of_days_months_and_years_to_the_year_9999() {
    const LAST: i64 = 253_402_300_799; // 31 December 9999, 23:59:59
    check(LAST);
    for year in 1970..=9999 {
        let new_year = time::Date::from_ordinal_date(year, 1).unwrap().midnight().assume_utc().unix_timestamp();
        for seconds in [new_year - 1, new_year, new_year + 58 * 86_400, new_year + 59 * 86_400, new_year + 60 * 86_400]
        {
            if (0..=LAST).contains(&seconds) {
                check(seconds);
            }
        }
    }
}

#[test]
fn fractions_of_a_second_are_cut_off() {
    let moment = UNIX_EPOCH + Duration::new(1_767_603_787, 999_999_999);
    assert_eq!(timestamp(moment), "Mon Jan 5 09:03:07 UTC 2026");
}

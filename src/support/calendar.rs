//! Days as dates of the Gregorian calendar.

/// Year, month (from 0) and day (from 1) of the day that many days after 1 January 1970, in the Gregorian calendar.
pub(crate) fn civil(mut days: u64) -> (u64, usize, u64) {
    // 400 years have 146,097 days; the loops below then run over at most 400 years.
    let mut year = 1970 + 400 * (days / 146_097);
    days %= 146_097;
    while days >= year_length(year) {
        days -= year_length(year);
        year += 1;
    }
    let mut month = 0;
    while days >= month_length(year, month) {
        days -= month_length(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn year_length(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

const fn month_length(year: u64, month: usize) -> u64 {
    match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut before = civil(0);
        for days in 1..146_097 {
            let (year, month, day) = civil(days);
            let next = (before.0, before.1, before.2 + 1);
            let first_of_next = if before.1 == 11 { (before.0 + 1, 0, 1) } else { (before.0, before.1 + 1, 1) };
            assert!((year, month, day) == next || (year, month, day) == first_of_next);
            assert!((1..=31).contains(&day));
            before = (year, month, day);
        }
        assert_eq!(civil(146_097), (2370, 0, 1));
    }
}

//! Whether a failed request is sent again, and when. Pure: time and chance are arguments. The README beside this file
//! has the rules as a table.

use std::time::Duration;

use crate::error::{Error, ErrorCode, TransportFailure, meaning_of};

/// Attempts in all, the first included.
pub(super) const ATTEMPTS: u32 = 3;
const BASE: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(3);

/// The attempt that failed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// The operation does no harm when the service sees it twice.
    pub repeatable: bool,
    /// What remains of the total time.
    pub left: Duration,
    /// What the answer asked for in `Retry-After`.
    pub retry_after: Option<Duration>,
    /// Uniform in `0..=u32::MAX` ("full jitter").
    pub chance: u32,
}

/// How long to wait before the next attempt; `None` to give the failure to the caller.
pub(super) fn wait_before_next(failure: &Error, attempt: Attempt) -> Option<Duration> {
    if attempt.number >= ATTEMPTS || !may_resend(failure, attempt.repeatable) {
        return None;
    }
    let longest = BASE.saturating_mul(1 << attempt.number.min(16)).min(LONGEST);
    let jittered = longest.mul_f64(f64::from(attempt.chance) / f64::from(u32::MAX));
    let wait = match attempt.retry_after {
        // Longer than we would ever wait: not before then, so not now.
        Some(asked) if asked > LONGEST => return None,
        Some(asked) => asked.max(jittered),
        None => jittered,
    };
    (wait < attempt.left).then_some(wait)
}

fn may_resend(failure: &Error, repeatable: bool) -> bool {
    match failure {
        Error::Transport { failure, .. } => match failure {
            // The service has not seen it.
            TransportFailure::NotConnected(_) => true,
            // The service may have acted on it.
            TransportFailure::Broken(_) | TransportFailure::TimedOut => repeatable,
            // An error page of something in between: these may pass, everything else stays as it is.
            TransportFailure::NotTheService { status } => repeatable && (*status == 429 || *status >= 500),
        },
        // Throttled: the service says that it did nothing. Its other transient failures may come after the effect.
        Error::Service(error) => {
            let meaning = meaning_of(error);
            meaning.resend && (repeatable || meaning.code == ErrorCode::Throttled)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ServiceError;

    const LONG: Duration = Duration::from_secs(30);

    fn transport(failure: TransportFailure) -> Error {
        Error::Transport { operation: "X", failure }
    }

    fn service(exception: &str, status: u16) -> Error {
        let (exception, text) = (exception.to_owned(), String::new());
        Error::Service(ServiceError { operation: "X", exception, text, status, request_id: None })
    }

    #[test]
    fn what_is_sent_again() {
        use TransportFailure::{Broken, NotConnected, NotTheService, TimedOut};
        // The failure; sent again whatever the operation; sent again where that is harmless.
        for (failure, always, repeatable) in [
            (transport(NotConnected(String::new())), true, true),
            (transport(Broken(String::new())), false, true),
            (transport(TimedOut), false, true),
            (transport(NotTheService { status: 200 }), false, false),
            (transport(NotTheService { status: 307 }), false, false),
            (transport(NotTheService { status: 403 }), false, false),
            (transport(NotTheService { status: 429 }), false, true),
            (transport(NotTheService { status: 503 }), false, true),
            (service("TooManyRequestsException", 400), true, true),
            (service("ThrottlingException", 400), true, true),
            (service("SomethingNewException", 429), true, true),
            (service("SomethingNewException", 500), false, true),
            (service("InternalErrorException", 500), false, true),
            (service("ConcurrentModificationException", 400), false, true),
            (service("LimitExceededException", 400), false, false),
            (service("CodeMismatchException", 400), false, false),
            (service("ExpiredCodeException", 400), false, false),
            (service("NotAuthorizedException", 400), false, false),
            (service("UserLambdaValidationException", 400), false, false),
            (service("UnexpectedLambdaException", 400), false, false),
            (service("RefreshTokenReuseException", 400), false, false),
            (Error::NotSignedIn, false, false),
            (Error::Cancelled, false, false),
        ] {
            for (is_repeatable, expected) in [(false, always), (true, repeatable)] {
                let attempt =
                    Attempt { number: 1, repeatable: is_repeatable, left: LONG, retry_after: None, chance: 0 };
                let wait = wait_before_next(&failure, attempt);
                assert_eq!(wait.is_some(), expected, "{failure:?}, repeatable: {is_repeatable}");
            }
        }
    }

    #[test]
    fn how_long_it_waits() {
        let ms = Duration::from_millis;
        let most = u32::MAX;
        // Number of the attempt, time left, Retry-After, chance; the wait.
        for (number, left, retry_after, chance, expected) in [
            (1, LONG, None, 0, Some(Duration::ZERO)),
            (1, LONG, None, most, Some(ms(200))),
            (2, LONG, None, most, Some(ms(400))),
            (3, LONG, None, 0, None),
            (u32::MAX, LONG, None, 0, None),
            // Never past the end.
            (1, ms(200), None, most, None),
            (1, ms(201), None, most, Some(ms(200))),
            (1, Duration::ZERO, None, 0, None),
            // What the service asks for, if it is short.
            (1, LONG, Some(ms(2000)), 0, Some(ms(2000))),
            (1, LONG, Some(Duration::ZERO), most, Some(ms(200))),
            (1, LONG, Some(ms(3000)), most, Some(ms(3000))),
            (1, LONG, Some(ms(4000)), most, None),
            (1, ms(1500), Some(ms(2000)), most, None),
        ] {
            let attempt = Attempt { number, repeatable: false, left, retry_after, chance };
            let wait = wait_before_next(&transport(TransportFailure::NotConnected(String::new())), attempt);
            assert_eq!(wait, expected, "{attempt:?}");
        }
    }

    #[test]
    fn the_wait_is_spread_evenly() {
        let failure = transport(TransportFailure::NotConnected(String::new()));
        let attempt = Attempt { number: 1, repeatable: false, left: LONG, retry_after: None, chance: u32::MAX / 2 };
        let wait = wait_before_next(&failure, attempt).unwrap();
        assert!(wait.abs_diff(Duration::from_millis(100)) < Duration::from_millis(1), "{wait:?}");
    }
}

//! Whether a failed request is sent again, and when. Pure: time and chance are arguments.

use std::time::Duration;

use crate::error::{Error, TransportFailure, meaning_of};

/// Attempts in all, the first included.
const ATTEMPTS: u32 = 3;
const BASE: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(3);

/// How long to wait before the next attempt; `None` to give the failure to the caller.
///
/// `repeatable` says that the operation does no harm when the service sees it twice; `attempt` counts from 1; `left` is
/// what remains of the total time; `chance` is uniform in 0..=u32::MAX ("full jitter").
pub(super) fn wait_before_next(
    failure: &Error,
    repeatable: bool,
    attempt: u32,
    left: Duration,
    chance: u32,
) -> Option<Duration> {
    if attempt >= ATTEMPTS || !may_resend(failure, repeatable) {
        return None;
    }
    let longest = BASE.saturating_mul(1 << attempt.min(16)).min(LONGEST);
    let wait = longest.mul_f64(f64::from(chance) / f64::from(u32::MAX));
    (wait < left).then_some(wait)
}

fn may_resend(failure: &Error, repeatable: bool) -> bool {
    match failure {
        // The service has not seen it.
        Error::Transport { failure: TransportFailure::NotConnected(_), .. } => true,
        // The service may have acted on it.
        Error::Transport { failure: TransportFailure::Broken(_), .. } => repeatable,
        // Waiting once more would only take the caller's time again.
        Error::Transport { failure: TransportFailure::TimedOut, .. } => false,
        // A proxy's error page: HTTP 502 to 504 pass, everything else stays.
        Error::Transport { failure: TransportFailure::NotTheService { status }, .. } => repeatable && *status >= 500,
        // Throttled: the service says that it did nothing. Its other transient failures may come after the effect.
        Error::Service(error) => {
            let meaning = meaning_of(error);
            meaning.resend && (repeatable || meaning.code == crate::error::ErrorCode::Throttled)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ServiceError;

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
        for (failure, repeatable, expected) in [
            (transport(NotConnected(String::new())), false, true),
            (transport(Broken(String::new())), false, false),
            (transport(Broken(String::new())), true, true),
            (transport(TimedOut), true, false),
            (transport(NotTheService { status: 503 }), false, false),
            (transport(NotTheService { status: 503 }), true, true),
            (transport(NotTheService { status: 200 }), true, false),
            (service("TooManyRequestsException", 400), false, true),
            (service("InternalErrorException", 500), false, false),
            (service("InternalErrorException", 500), true, true),
            (service("CodeMismatchException", 400), true, false),
            (service("NotAuthorizedException", 400), true, false),
            (Error::NotSignedIn, true, false),
        ] {
            let wait = wait_before_next(&failure, repeatable, 1, Duration::from_secs(30), 0);
            assert_eq!(wait.is_some(), expected, "{failure:?}, repeatable: {repeatable}");
        }
    }

    #[test]
    fn waits_longer_each_time_and_never_past_the_end() {
        let failure = transport(TransportFailure::NotConnected(String::new()));
        let wait = |attempt, left, chance| wait_before_next(&failure, false, attempt, left, chance);
        let long = Duration::from_secs(30);
        assert_eq!(wait(1, long, u32::MAX), Some(Duration::from_millis(200)));
        assert_eq!(wait(2, long, u32::MAX), Some(Duration::from_millis(400)));
        assert_eq!(wait(3, long, 0), None);
        assert_eq!(wait(1, Duration::from_millis(150), u32::MAX), None);
        assert_eq!(wait(1, long, 0), Some(Duration::ZERO));
    }
}

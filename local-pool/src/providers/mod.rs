//! The identity providers that this server plays itself, so that tests need no account with any of them: it hands out
//! their tokens, and answers for them.

mod hand_out;
mod known;
mod order;
mod token;

pub(crate) use self::hand_out::hand_out;
pub(crate) use self::known::{Form, Provider, provider};
pub use self::order::{IdpToken, Login, WrongToken};
pub(crate) use self::token::read_opaque;

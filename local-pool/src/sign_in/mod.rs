//! Signing in. Read README.md beside this file first: it has the diagram.

pub(crate) mod attempt;
pub(crate) mod challenges;
pub(crate) mod context;
mod custom_flow;
mod device;
pub(crate) mod facts;
mod finish;
pub(crate) mod flow;
pub(crate) mod lock_out;
pub(crate) mod next_step;
pub(crate) mod opening;
mod password;
mod pre_authentication;
mod second_factor;
pub(crate) mod sessions;
pub(crate) mod sign_up_session;
pub(crate) mod stand_in;

#[cfg(test)]
mod next_step_table;
#[cfg(test)]
mod next_step_world;

//! The pool's behaviour, one file per story, over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::disallowed_methods, reason = "these tests measure real time")]

mod access_tokens;
mod account;
mod admin;
mod attributes;
mod client;
mod client_metadata;
mod client_secrets;
mod client_settings;
mod custom_auth;
mod custom_messages;
mod faults;
mod forgot_password;
mod groups;
mod hands;
mod hiding;
mod in_process;
mod lambda_triggers;
mod mfa_choice;
mod mfa_email;
mod mfa_setup;
mod mfa_sms;
mod mfa_totp;
mod migration;
mod passkeys_registration;
mod passkeys_sign_in;
mod password;
mod passwordless_sign_up;
mod persistence;
mod pools_by_api;
mod pre_token;
mod refresh;
mod serve;
mod sessions;
mod sign_out;
mod sign_up;
mod srp;
mod tokens;
mod user_auth_factors;
mod user_auth_hiding;
mod wire_errors;

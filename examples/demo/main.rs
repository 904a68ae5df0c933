//! Dialogues of a person, their app and a user pool, against a real server over HTTP: what the app calls and what it gets.
//! Run it with `cargo xtask demo`; `--chapter NAME` plays another part of it.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod account;
mod choice;
mod credentials;
mod devices;
mod hosted_ui;
mod mfa;
mod new_password;
mod passkey;
mod sign_in;
mod stage;

use std::process::ExitCode;

use stage::Outcome;

/// What can be seen, in the order in which `--chapter all` plays it.
const CHAPTERS: [(&str, &str); 9] = [
    ("sign-in", "sign-up, SRP, refresh, custom challenges, sign-out"),
    ("mfa", "second factors: text message, authenticator app, the choice between them, set-up during sign-in"),
    ("new-password", "the first sign-in with an administrator's password"),
    ("choice", "the user chooses how to sign in: codes by e-mail and text message; an account without a password"),
    ("passkey", "registering a passkey and signing in with it"),
    ("devices", "a remembered device is asked for no second factor"),
    ("account", "attributes, passwords, deletion"),
    ("credentials", "AWS credentials for a guest, a user and somebody whom Google vouches for"),
    ("hosted-ui", "the pool's own pages in a browser, social sign-in, and signing the browser out"),
];

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => play("sign-in").await.map(|()| list_chapters()),
        ["--chapter", "all"] => play_all().await,
        ["--chapter", name] if CHAPTERS.iter().any(|(known, _)| *known == name) => play(name).await,
        ["--help" | "-h"] => {
            list_chapters();
            Ok(())
        }
        _ => {
            eprintln!("The demo does not understand: {}", arguments.join(" "));
            list_chapters();
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The demo went wrong: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn play_all() -> Outcome {
    for (name, what) in CHAPTERS {
        println!("\n=== {name}: {what}\n");
        play(name).await?;
    }
    Ok(())
}

async fn play(chapter: &str) -> Outcome {
    match chapter {
        "mfa" => mfa::play().await,
        "new-password" => new_password::play().await,
        "choice" => choice::play().await,
        "passkey" => passkey::play().await,
        "devices" => devices::play().await,
        "account" => account::play().await,
        "credentials" => credentials::play().await,
        "hosted-ui" => hosted_ui::play().await,
        _ => sign_in::play().await,
    }
}

fn list_chapters() {
    println!("\nChapters, to be played with `cargo xtask demo --chapter NAME`:");
    for (name, what) in CHAPTERS {
        println!("  {name:<14}{what}");
    }
    println!("  {:<14}all of them", "all");
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn every_chapter_plays_to_its_end() -> super::Outcome {
        super::play_all().await
    }
}

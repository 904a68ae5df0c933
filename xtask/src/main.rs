//! `cargo xtask`: every step of the project's CI as a command that installs what it is missing.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a command line tool prints and measures real time"
)]

use std::process::ExitCode;

mod command_line;
mod count;
mod install;
mod progress;
mod steps;
mod summary;
mod verdict;
mod workspace;

use command_line::Request;
use workspace::Workspace;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let request = match command_line::parse(&arguments) {
        Ok(request) => request,
        Err(complaint) => {
            eprintln!("{complaint}\n\n{}", command_line::USAGE);
            return ExitCode::from(2);
        }
    };
    let workspace = match Workspace::find(arguments.first().is_some_and(|command| command == "ci")) {
        Ok(workspace) => workspace,
        Err(complaint) => {
            eprintln!("{complaint}");
            return ExitCode::FAILURE;
        }
    };
    match request {
        Request::Help => {
            println!("{}", command_line::USAGE);
            ExitCode::SUCCESS
        }
        Request::Steps(steps) => summary::run(&workspace, &steps),
        Request::Demo(language, arguments) => foreground(steps::demo::run(&workspace, language, &arguments)),
        Request::Bench(arguments) => foreground(steps::bench::run(&workspace, &arguments)),
        Request::FuzzReplay(input) => foreground(steps::fuzz::replay(&workspace, &input)),
        Request::Mutants(options) => match steps::mutants::run(&workspace, &options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(stop) => {
                eprintln!("{stop}");
                ExitCode::FAILURE
            }
        },
        Request::Swift(arguments) => foreground(steps::swift::run_swift(&workspace, &arguments)),
    }
}

/// The exit code of a command that showed its own output.
fn foreground(result: Result<std::process::ExitStatus, verdict::Stop>) -> ExitCode {
    match result {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(stop) => {
            eprintln!("{stop}");
            ExitCode::FAILURE
        }
    }
}

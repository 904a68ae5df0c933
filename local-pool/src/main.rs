//! `local-pool serve`: the server as a program.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod command_line;

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;

use local_pool::{LocalPool, ServerConfig};

use self::command_line::{Command, HELP};

type AnyError = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let config = match command_line::read(std::env::args_os().skip(1)).and_then(configure) {
        Ok(Some(config)) => config,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("local-pool: {error}\nTry `local-pool --help`.");
            return ExitCode::from(2);
        }
    };
    match serve(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("local-pool: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What to serve; None where the answer has been given already.
fn configure(command: Command) -> Result<Option<ServerConfig>, AnyError> {
    match command {
        Command::Help => println!("{HELP}"),
        Command::Version => println!("local-pool {}", env!("CARGO_PKG_VERSION")),
        Command::Serve(options) => return options.configuration().map(Some),
    }
    Ok(None)
}

fn serve(config: ServerConfig) -> Result<(), AnyError> {
    warn_of_the_network(config.listen);
    let signals = Signals::listen()?;
    let pool = LocalPool::start_blocking(config)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "local-pool listening on {}", pool.endpoint())?;
    if !pool.pools().is_empty() {
        writeln!(out, "amplify_outputs.json:\n{}", pool.amplify_outputs())?;
    }
    out.flush()?;
    drop(out);
    signals.wait()?;
    say_in_passing("local-pool stopped");
    Ok(())
}

fn warn_of_the_network(listen: SocketAddr) {
    if listen.ip().is_loopback() {
        return;
    }
    eprintln!(
        "local-pool: {listen} can be reached from other machines. Whoever reaches it can administer every pool, for no \
         signature is checked, and can read all codes and passwords, move the clock and set faults under /_local. \
         Clients that use a name need it to be allowed with --allow-host."
    );
}

/// Standard error may be a pipe that nobody reads: that must not keep the server from ending.
fn say_in_passing(text: &'static str) {
    let (said, done) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        eprintln!("{text}");
        said.send(())
    });
    let _unless_blocked = done.recv_timeout(std::time::Duration::from_millis(200));
}

/// What ends the program: Ctrl-C, and SIGTERM where there is one.
struct Signals {
    runtime: tokio::runtime::Runtime,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// Listens from now on: whoever reads where the server is may end it at once.
    fn listen() -> Result<Self, AnyError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let _entered = runtime.enter();
            let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
            drop(_entered);
            Ok(Self { runtime, terminate, interrupt })
        }
        #[cfg(not(unix))]
        Ok(Self { runtime })
    }

    fn wait(mut self) -> Result<(), AnyError> {
        #[cfg(unix)]
        self.runtime.block_on(async {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
        });
        #[cfg(not(unix))]
        self.runtime.block_on(tokio::signal::ctrl_c())?;
        Ok(())
    }
}

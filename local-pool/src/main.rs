//! `local-pool serve`: the server as a program.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use local_pool::{LocalPool, ServerConfig, Triggers};

const USAGE: &str = "\
Usage: local-pool serve [--config pool.toml] [--listen 127.0.0.1:PORT] [--data FILE] [--triggers DIR]
                        [--lambda-endpoint URL]

  --config FILE           pools, clients and users to start with; without it the server starts empty
  --listen ADDRESS        where to listen; by default a free port of 127.0.0.1
  --data FILE             the SQLite file to keep the state in; by default memory
  --triggers DIR          a folder of Node.js Lambda functions to run as triggers
  --lambda-endpoint URL   a server with the Lambda Invoke API, for triggers that pools name by ARN";

type AnyError = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let config = match read_arguments(&arguments) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("local-pool: {error}\n\n{USAGE}");
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

/// The configuration file first, then what the command line says over it.
fn read_arguments(arguments: &[String]) -> Result<ServerConfig, AnyError> {
    let Some(("serve", options)) = arguments.split_first().map(|(command, rest)| (command.as_str(), rest)) else {
        return Err("the command is missing: `serve`".into());
    };
    let (mut config_file, mut listen, mut data) = (None, None::<SocketAddr>, None);
    let (mut folder, mut lambda_endpoint) = (None, None);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        let (name, inline) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (option.as_str(), None),
        };
        let mut value = || inline.clone().or_else(|| options.next().cloned()).ok_or(format!("{name} needs a value"));
        match name {
            "--config" => config_file = Some(PathBuf::from(value()?)),
            "--listen" => {
                let text = value()?;
                listen =
                    Some(text.parse().map_err(|_| format!("--listen {text}: not an address such as 127.0.0.1:9229"))?);
            }
            "--data" => data = Some(PathBuf::from(value()?)),
            "--triggers" => folder = Some(PathBuf::from(value()?)),
            "--lambda-endpoint" => lambda_endpoint = Some(value()?),
            _ => return Err(format!("unknown option {name}").into()),
        }
    }
    let mut config = match config_file {
        Some(file) => ServerConfig::from_toml_file(&file).map_err(|error| format!("{}: {error}", file.display()))?,
        None => ServerConfig::default(),
    };
    config.listen = listen.unwrap_or(config.listen);
    config.data = data.or(config.data);
    let mut triggers = Triggers::default();
    if let Some(folder) = folder {
        triggers = triggers.with_folder(folder)?;
    }
    if let Some(url) = lambda_endpoint {
        triggers = triggers.with_lambda_endpoint(&url)?;
    }
    config.triggers = triggers;
    Ok(config)
}

fn serve(config: ServerConfig) -> Result<(), AnyError> {
    let pool = LocalPool::start_blocking(config)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "local-pool listening on {}", pool.endpoint())?;
    if !pool.pools().is_empty() {
        writeln!(out, "amplify_outputs.json:\n{}", pool.amplify_outputs())?;
    }
    out.flush()?;
    drop(out);
    wait_for_signal()?;
    say_in_passing("local-pool stopped");
    Ok(())
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

fn wait_for_signal() -> Result<(), AnyError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut terminate = signal(SignalKind::terminate())?;
            tokio::select! {
                result = tokio::signal::ctrl_c() => result?,
                _ = terminate.recv() => {}
            }
            Ok(())
        }
        #[cfg(not(unix))]
        {
            Ok(tokio::signal::ctrl_c().await?)
        }
    })
}

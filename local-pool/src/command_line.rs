//! What the command line says.

use std::ffi::OsString;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;

use lexopt::prelude::*;
use local_pool::{ServerConfig, TlsConfig, Triggers};

use crate::AnyError;

pub(crate) const HELP: &str = "\
A user pool that speaks Amazon Cognito's API, for development and tests.

Usage: local-pool serve [OPTIONS]

Options:
  --config FILE           pools, clients and users to start with (TOML); without it the server starts empty
  --listen ADDRESS:PORT   where to listen; by default a free port of 127.0.0.1
  --data FILE             the SQLite file to keep the state in; by default memory
  --triggers DIR          a folder of Node.js Lambda functions to run as triggers
  --lambda-endpoint URL   a server with the Lambda Invoke API, for triggers that pools name by ARN
  --allow-host NAME       a name or address that clients may know this server by, beside the loopback's and the one
                          it listens at; repeat it for more
  --allow-origin ORIGIN   pages of this origin, as http://localhost:3000, may do all that administrators and tests may;
                          `*` is every page there is; repeat it for more
  --tls                   speak https, with a certificate that the server makes and keeps beside the data
  --tls-certificate FILE  one of your own in its place (PEM), with --tls-key FILE
  --tls-key FILE          its key (PEM)
  -h, --help              this text
  -V, --version           the version

What the command line says goes before what the file says; --allow-host and --allow-origin add to it.";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Version,
    Serve(Box<Options>),
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    config: Option<PathBuf>,
    listen: Option<String>,
    data: Option<PathBuf>,
    triggers: Option<PathBuf>,
    lambda_endpoint: Option<String>,
    hosts: Vec<String>,
    origins: Vec<String>,
    tls: bool,
    tls_certificate: Option<PathBuf>,
    tls_key: Option<PathBuf>,
}

pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, AnyError> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut options = Options::default();
    let mut is_serve = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Value(command) if !is_serve && command == "serve" => is_serve = true,
            Value(command) if !is_serve => {
                return Err(format!("there is no command `{}`, only `serve`", command.to_string_lossy()).into());
            }
            Long("config") if is_serve => once(&mut options.config, "config", parser.value()?.into())?,
            Long("listen") if is_serve => once(&mut options.listen, "listen", parser.value()?.string()?)?,
            Long("data") if is_serve => once(&mut options.data, "data", parser.value()?.into())?,
            Long("triggers") if is_serve => once(&mut options.triggers, "triggers", parser.value()?.into())?,
            Long("lambda-endpoint") if is_serve => {
                once(&mut options.lambda_endpoint, "lambda-endpoint", parser.value()?.string()?)?;
            }
            Long("tls") if is_serve => options.tls = true,
            Long("tls-certificate") if is_serve => {
                once(&mut options.tls_certificate, "tls-certificate", parser.value()?.into())?;
            }
            Long("tls-key") if is_serve => once(&mut options.tls_key, "tls-key", parser.value()?.into())?,
            Long("allow-host") if is_serve => options.hosts.push(parser.value()?.string()?),
            Long("allow-origin") if is_serve => options.origins.push(parser.value()?.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if is_serve { Ok(Command::Serve(Box::new(options))) } else { Err("the command is missing: `serve`".into()) }
}

fn once<T>(option: &mut Option<T>, name: &str, value: T) -> Result<(), AnyError> {
    match option.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("--{name} is given twice").into()),
    }
}

impl Options {
    /// The configuration file, and what the command line says over it.
    pub fn configuration(self) -> Result<ServerConfig, AnyError> {
        let mut config = match self.config {
            Some(file) => {
                ServerConfig::from_toml_file(&file).map_err(|error| format!("{}: {error}", file.display()))?
            }
            None => ServerConfig::default(),
        };
        if let Some(listen) = self.listen {
            config.listen = address(&listen)?;
            // Who listens by a name is known by it.
            config
                .allow_hosts
                .extend(listen.rsplit_once(':').map(|(host, _)| host.trim_matches(['[', ']']).to_owned()));
        }
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            return Err("--tls-certificate and --tls-key go together".into());
        }
        if self.tls || self.tls_certificate.is_some() {
            let known = config.tls.unwrap_or_default();
            config.tls = Some(match self.tls_certificate {
                Some(certificate) => TlsConfig { certificate: Some(certificate), key: self.tls_key },
                None => known,
            });
        }
        config.data = self.data.or(config.data);
        config.allow_hosts.extend(self.hosts);
        config.allow_origins.extend(self.origins);
        let mut triggers = Triggers::default();
        if let Some(folder) = self.triggers {
            triggers = triggers.with_folder(folder)?;
        }
        if let Some(url) = self.lambda_endpoint {
            triggers = triggers.with_lambda_endpoint(&url)?;
        }
        config.triggers = triggers;
        Ok(config)
    }
}

fn address(text: &str) -> Result<SocketAddr, AnyError> {
    let found: Vec<_> = text.to_socket_addrs().into_iter().flatten().collect();
    // `localhost` is both; the default and most clients' configuration say 127.0.0.1.
    let address = found.iter().find(|address| address.is_ipv4()).or(found.first()).copied();
    Ok(address.ok_or_else(|| format!("--listen {text}: not an address such as 127.0.0.1:9229"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Command, String> {
        super::read(text.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    fn configuration(text: &str) -> Result<ServerConfig, String> {
        let Command::Serve(options) = read(text)? else { panic!("{text}") };
        options.configuration().map_err(|error| error.to_string())
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        let text = "serve --listen=localhost:9229 --data file.sqlite --allow-host pool --allow-host=pool.test.example \
                    --allow-origin *";
        let config = configuration(text).unwrap();
        assert_eq!((config.listen.ip().is_loopback(), config.listen.port()), (true, 9229));
        assert_eq!(config.data, Some("file.sqlite".into()));
        assert_eq!(config.allow_hosts, ["localhost", "pool", "pool.test.example"]);
        assert_eq!(config.allow_origins, ["*"]);
        assert_eq!(configuration("serve --listen [::1]:80").unwrap().allow_hosts, ["::1"]);
    }

    #[test]
    fn mistakes_are_told() {
        let mistakes = [
            ("", "the command is missing"),
            ("--listen 127.0.0.1:1", "--listen"),
            ("start", "`start`"),
            ("serve now", "now"),
            ("serve --lisen 127.0.0.1:1", "--lisen"),
            ("serve --config", "--config"),
            ("serve --data a --data b", "--data is given twice"),
            ("serve --tls-key a --tls-key b", "--tls-key is given twice"),
        ];
        for (text, told) in mistakes {
            let error = read(text).unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
        assert!(configuration("serve --tls").unwrap().tls.is_some() && configuration("serve").unwrap().tls.is_none());
        assert!(configuration("serve --tls-key x").unwrap_err().contains("go together"));
        for (text, told) in [("serve --listen 9229", "127.0.0.1:9229"), ("serve --config /none/x.toml", "/none/x.toml")]
        {
            let error = configuration(text).unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn help_goes_before_everything_and_names_every_option() {
        assert_eq!(read("--help"), Ok(Command::Help));
        assert_eq!(read("serve --data x -h"), Ok(Command::Help));
        assert_eq!(read("-V"), Ok(Command::Version));
        for option in [
            "config",
            "listen",
            "data",
            "triggers",
            "lambda-endpoint",
            "allow-host",
            "allow-origin",
            "tls",
            "tls-certificate",
            "tls-key",
        ] {
            assert!(HELP.contains(&format!("  --{option} ")), "{option}");
        }
    }
}

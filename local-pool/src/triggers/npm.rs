//! Installing a function's dependencies, once per set of them, outside the function's own folder.
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use super::log::TriggerLog;
use super::package_json::PackageJson;
use super::scratch::Scratch;
use crate::blocking::in_place;

/// npm's own tries against an unreachable registry take longer; nobody waits for them in a sign-in.
const INSTALL_LIMIT: Duration = Duration::from_secs(180);
/// Of each of npm's two streams.
const LONGEST_REPORT: u64 = 64 << 10;
/// Files beside package.json that steer npm.
const STEERING: [&str; 3] = ["package-lock.json", "npm-shrinkwrap.json", ".npmrc"];

/// Where dependencies are kept between runs: the user's cache folder, or the temporary one when there is none.
pub(super) fn default_cache() -> PathBuf {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || Some(set("HOME")?.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" }));
    let base = set("XDG_CACHE_HOME").or_else(|| set("LOCALAPPDATA")).or_else(home).unwrap_or_else(env::temp_dir);
    base.join("local-pool").join("trigger-dependencies")
}

/// Installs `package`'s dependencies below `cache`, unless they are there, and returns their `node_modules`.
/// The error says what npm said.
pub(super) async fn install(
    package: &PackageJson,
    folder: &Path,
    cache: &Path,
    source: &str,
    log: &TriggerLog,
) -> Result<PathBuf, String> {
    let manifest = package.for_install(folder).to_string();
    let kept = cache.join(in_place(|| key(&manifest, folder)));
    let modules = kept.join("node_modules");
    if modules.is_dir() {
        return Ok(modules);
    }
    let failed = |what: String| format!("cannot install the dependencies of {}: {what}", folder.display());
    // Made under another name first: another process may be installing the same set, and may be killed half-way.
    let prepared = || {
        fs::create_dir_all(cache)?;
        let unfinished = Scratch::make(cache, "installing-")?;
        prepare(unfinished.path(), &manifest, folder)?;
        Ok(unfinished)
    };
    let unfinished = in_place(prepared).map_err(|error: std::io::Error| failed(error.to_string()))?;

    log.write(source, &format!("npm install for {}", folder.display()));
    run_npm(unfinished.path()).await.map_err(|error| {
        log.write(source, &error);
        failed(error)
    })?;
    if let Err(error) = fs::rename(unfinished.path(), &kept)
        && !modules.is_dir()
    {
        return Err(failed(error.to_string()));
    }
    Ok(modules)
}

fn prepare(to: &Path, manifest: &str, folder: &Path) -> std::io::Result<()> {
    fs::write(to.join("package.json"), manifest)?;
    // An install of nothing but optional dependencies may leave no folder behind.
    fs::create_dir_all(to.join("node_modules"))?;
    for name in STEERING.iter().filter(|name| folder.join(name).is_file()) {
        fs::copy(folder.join(name), to.join(name))?;
    }
    Ok(())
}

fn key(manifest: &str, folder: &Path) -> String {
    let mut hash = Sha256::new();
    hash.update(manifest);
    hash.update([env::consts::OS, env::consts::ARCH].join("-"));
    for name in STEERING {
        hash.update(name);
        hash.update(fs::read(folder.join(name)).unwrap_or_default());
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

async fn run_npm(folder: &Path) -> Result<(), String> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let run = Command::new(npm)
        .args(["install", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut run = run.map_err(|error| format!("`npm` cannot be started: {error}"))?;
    let (out, err) = (run.stdout.take(), run.stderr.take());
    let all = async { tokio::join!(beginning(err), beginning(out), run.wait()) };
    let (errors, output, status) = tokio::time::timeout(INSTALL_LIMIT, all)
        .await
        .map_err(|_| format!("npm did not finish within {} s", INSTALL_LIMIT.as_secs()))?;
    let status = status.map_err(|error| format!("npm is lost: {error}"))?;
    if status.success() {
        return Ok(());
    }
    let said = [errors, output].concat();
    Err(format!("npm install failed ({status}): {}", String::from_utf8_lossy(&said).trim()))
}

/// The first of what npm says; the rest is read, so that npm can go on, and thrown away.
async fn beginning(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut said = Vec::new();
    let Some(mut stream) = stream else { return said };
    // A stream that breaks has said all it can.
    drop((&mut stream).take(LONGEST_REPORT).read_to_end(&mut said).await);
    drop(tokio::io::copy(&mut stream, &mut tokio::io::sink()).await);
    said
}

//! The layers of the crates beside `src/`: local-pool and xtask. Within a crate no files use each other in a circle.

use std::collections::BTreeSet;

use super::circles::circles;
use super::{Source, sources_of};

/// A crate's modules, from the ground up. A module uses the layers below its own and, of its own layer, only itself.
struct Floors {
    folder: &'static str,
    layers: &'static [&'static [&'static str]],
    /// Users and used that are known to be in a circle and are to be parted.
    known: &'static [(&'static str, &'static str)],
}

const LOCAL_POOL: Floors = Floors {
    folder: "local-pool/src",
    layers: &[
        &["blocking", "browser", "clock", "crypto", "error", "faults", "turns"],
        &["random", "wire"],
        &["model"],
        &["authenticator", "feed", "store", "triggers"],
        &["discovery", "signing_keys"],
        &["oidc_providers"],
        &["service"],
        &["events"],
        &["groups", "paging", "passkeys", "pools", "providers"],
        &["users"],
        &["devices"],
        &["tokens"],
        &["federation", "logins", "oauth", "sign_in"],
        &["identities"],
        &["aws"],
        &["identity_operations", "objects", "operations", "sts"],
        &["hosted"],
        &["config"],
        &["server"],
        &["command_line", "local_pool"],
    ],
    known: &[],
};

const XTASK: Floors = Floors {
    folder: "xtask/src",
    layers: &[
        &["count", "progress", "workspace"],
        &["verdict"],
        &["install"],
        &["steps"],
        &["command_line", "summary"],
        &["main", "bin"],
    ],
    known: &[],
};

#[test]
fn local_pools_modules_use_only_layers_below_their_own() {
    LOCAL_POOL.none_is_wrong();
}

#[test]
fn xtasks_modules_use_only_layers_below_their_own() {
    XTASK.none_is_wrong();
}

#[test]
fn no_files_of_local_pool_use_each_other_in_a_circle() {
    LOCAL_POOL.no_circle();
}

#[test]
fn no_files_of_xtask_use_each_other_in_a_circle() {
    XTASK.no_circle();
}

impl Floors {
    fn none_is_wrong(&self) {
        let sources = self.sources();
        let there: BTreeSet<&str> = sources.iter().filter_map(|source| source.module()).collect();
        let known: BTreeSet<&str> = self.layers.iter().flat_map(|layer| layer.iter().copied()).collect();
        let without: Vec<&&str> = there.difference(&known).collect();
        assert!(without.is_empty(), "without a layer in {}: {without:?}", self.folder);
        let wrong: Vec<String> = sources.iter().flat_map(|source| self.wrong(source)).collect();
        assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    }

    fn no_circle(&self) {
        let found = circles(&self.sources(), self.known);
        assert!(found.is_empty(), "{}: {found:#?}", self.folder);
    }

    /// Without the program beside a library: it is a crate of its own.
    fn sources(&self) -> Vec<Source> {
        let mut sources = sources_of(self.folder);
        if sources.iter().any(|source| source.file == "lib.rs") {
            sources.retain(|source| source.file != "main.rs");
        }
        sources
    }

    fn wrong(&self, source: &Source) -> Vec<String> {
        let Some(mine) = source.module().and_then(|module| self.layer(module)) else { return Vec::new() };
        let is_wrong = |path: &Vec<String>| {
            let used = path.get(1).filter(|_| path[0] == "crate").map(String::as_str);
            let other = used.filter(|used| source.module() != Some(used)).and_then(|used| self.layer(used));
            let parted = used.is_some_and(|used| self.is_to_be_parted(source, used));
            other.is_some_and(|other| other >= mine) && !parted
        };
        let complaint = |path: &Vec<String>| format!("{}/{}: {}", self.folder, source.file, path.join("::"));
        source.named().iter().filter(|path| is_wrong(path)).map(complaint).collect()
    }

    fn layer(&self, module: &str) -> Option<usize> {
        self.layers.iter().position(|layer| layer.contains(&module))
    }

    /// Whether the file's module and the used one are in a known circle; what is listed for one file stands for all.
    fn is_to_be_parted(&self, source: &Source, used: &str) -> bool {
        let top = |file: &str| file.split('/').next().unwrap_or(file).to_owned();
        let pair = [source.module().unwrap_or_default(), used];
        self.known.iter().any(|(user, other)| {
            let listed = [top(user), top(other)];
            pair == [listed[0].as_str(), listed[1].as_str()] || pair == [listed[1].as_str(), listed[0].as_str()]
        })
    }
}

#[cfg(test)]
mod checked {
    use super::*;

    #[test]
    fn the_checker_sees_a_use_from_above_and_from_beside() {
        let in_store = |code| LOCAL_POOL.wrong(&Source::new("store/users.rs", code)).len();
        assert_eq!(in_store("use crate::users::User;"), 1);
        assert_eq!(in_store("use crate::{model::user::User, error::Outcome};"), 0);
        assert_eq!(in_store("fn f() { crate::triggers::run(); }"), 1);
        assert_eq!(in_store("use super::super::service::Service;"), 1);
    }
}

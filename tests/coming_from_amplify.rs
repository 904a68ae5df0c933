//! The page for people who come from Amplify: every call that they know is on it, and every name on it is there. What is
//! called otherwise has a twin under Amplify's name, which the compiler refuses with the new one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

/// What the documents call that users come from.
const KNOWN: [&str; 24] = [
    "Amplify.configure",
    "Auth.changePassword",
    "Auth.configure",
    "Auth.confirmSignIn",
    "Auth.confirmSignUp",
    "Auth.currentAuthenticatedUser",
    "Auth.currentCredentials",
    "Auth.currentSession",
    "Auth.essentialCredentials",
    "Auth.federatedSignIn",
    "Auth.forgotPassword",
    "Auth.forgotPasswordSubmit",
    "Auth.getPreferredMFA",
    "Auth.sendCustomChallengeAnswer",
    "Auth.setPreferredMFA",
    "Auth.setupTOTP",
    "Auth.signIn",
    "Auth.signOut",
    "Auth.signUp",
    "Auth.updateUserAttributes",
    "Auth.verifyCurrentUserAttribute",
    "Auth.verifyCurrentUserAttributeSubmit",
    "Auth.verifyTotpToken",
    "Hub.listen",
];

#[path = "surface/mod.rs"]
mod surface;
#[path = "amplify/twins.rs"]
mod twins;

use surface::Surface;
use twins::Twin;

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coming-from-amplify.md")).unwrap()
}

/// The rows below a heading, each as its cells' names.
fn rows<'a>(page: &'a str, heading: &str) -> Vec<Vec<Vec<&'a str>>> {
    let section = page.split_once(&format!("## {heading}\n")).unwrap_or_else(|| panic!("no {heading}")).1;
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| row.split('|').skip(1).map(quoted).collect()).collect()
}

fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// `update` of `update(oldPassword:to:)`.
fn base(name: &str) -> &str {
    name.split('(').next().unwrap_or_default()
}

/// A type, or a member of any type.
fn is_there(surface: &Surface, name: &str) -> bool {
    surface.iter().any(|path| path.rsplit('.').next() == Some(base(name)))
}

#[test]
fn every_call_that_is_known_is_on_the_page_and_what_it_names_is_there() {
    let (page, swift, kotlin) = (page(), surface::swift(), surface::kotlin());
    let (mut from, mut names) = (Vec::new(), 0);
    for cells in rows(&page, "Amplify JS") {
        from.extend(cells[0].clone());
        for (surface, named) in [(&swift, &cells[1]), (&kotlin, &cells[2])] {
            let missing: Vec<_> = named.iter().filter(|name| !is_there(surface, name)).collect();
            assert!(missing.is_empty(), "there is no {missing:?}");
            names += named.len();
        }
    }
    let missing: Vec<_> = KNOWN.into_iter().filter(|known| !from.contains(known)).collect();
    assert!(missing.is_empty(), "the page does not say what becomes of {missing:?}");
    assert!(names > 50, "{names} names: is this the page?");
}

/// Every row with another name has its twin, every twin its row, and what both name is there.
fn compare(heading: &str, surface: &Surface, twins: &[Twin]) {
    let page = page();
    let mut listed = Vec::new();
    for cells in rows(&page, heading) {
        let (amplify, here) = (&cells[0], &cells[1]);
        for name in here {
            assert!(is_there(surface, name), "{heading}: there is no {name}");
        }
        if amplify == here || here.is_empty() || amplify[0].starts_with("Amplify.") {
            continue;
        }
        let [old, new] = [amplify, here].map(|names| {
            assert_eq!(names.len(), 1, "{heading}: what is called otherwise has a row of its own: {names:?}");
            names[0]
        });
        assert!(
            twins.iter().any(|twin| twin.old == old && twin.new == new),
            "{heading}: {old} has no twin that is renamed to {new}"
        );
        listed.push(old);
    }
    for twin in twins {
        assert!(listed.contains(&twin.old.as_str()), "{heading}: the page does not list {}", twin.old);
        let target = twin.owner.as_ref().map_or(twin.new.clone(), |owner| format!("{owner}.{}", twin.new));
        assert!(surface.contains(base(&target)), "{heading}: {} is renamed to {target}, which is not there", twin.old);
    }
    assert!(listed.len() > 30, "{heading}: {} twins", listed.len());
}

#[test]
fn what_amplify_swift_calls_otherwise_is_refused_with_the_name_that_it_has_here() {
    compare("Amplify Swift", &surface::swift(), &twins::swift());
}

#[test]
fn what_amplify_android_calls_otherwise_is_refused_with_the_name_that_it_has_here() {
    compare("Amplify Android", &surface::kotlin(), &twins::kotlin());
}

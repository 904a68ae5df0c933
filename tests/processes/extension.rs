//! An app and its extension: whichever starts first, each sees what the other did.

use std::time::{Duration, Instant};

use crate::process::Process;
use crate::world::World;

#[test]
fn an_app_and_its_extension_see_each_other() {
    for extension_first in [false, true] {
        let world = World::new();
        let (mut app, mut extension) = (world.process(), world.process());
        if extension_first {
            assert_eq!(extension.does("who"), "not_signed_in");
        }
        // The first sign-in.
        app.must("sign-in ann replace");
        assert_eq!(extension.does("who"), "ok ann");
        assert!(extension.must("fetch").starts_with("ok ann "));
        // A refresh in either, and the other goes on with it.
        let renewed = extension.must("refresh");
        assert!(renewed.starts_with("ok ann "));
        assert!(app.must("refresh").starts_with("ok ann "));
        // Somebody else in their place, as the extension's doing.
        extension.must("sign-in bob replace");
        assert_eq!(app.does("who"), "ok bob");
        assert_eq!(app.does("accounts"), "ok bob");
        comes_to_see(&mut app, "ok bob ");
        // A second account, and switching to and fro.
        app.must("sign-in ann keep");
        assert_eq!(extension.does("who"), "ok ann");
        assert_eq!(extension.does("accounts"), "ok ann,bob");
        extension.must("switch bob");
        assert_eq!(app.does("who"), "ok bob");
        assert!(app.must("refresh").starts_with("ok bob "));
        app.must("switch ann");
        comes_to_see(&mut extension, "ok ann ");
        assert!(extension.must("refresh").starts_with("ok ann "));
        // Signing out makes nobody else the current one.
        app.must("sign-out");
        comes_to_see(&mut extension, "not_signed_in");
        assert_eq!(extension.does("accounts"), "ok bob");
        extension.must("switch bob");
        assert!(app.must("refresh").starts_with("ok bob "));
        extension.must("sign-out-all");
        assert_eq!(app.does("refresh"), "not_signed_in");
        assert_eq!(app.does("accounts"), "ok ");
        // One that starts now.
        let mut late = world.process();
        assert_eq!(late.does("who"), "not_signed_in");
        assert_eq!(late.does("switch ann"), "account_not_found");
    }
}

/// What a fresh session in memory answers may be a second old.
fn comes_to_see(process: &mut Process, expected: &str) {
    let end = Instant::now() + Duration::from_millis(1500);
    loop {
        let answer = process.does("fetch");
        if answer.starts_with(expected) {
            return;
        }
        assert!(Instant::now() < end, "{answer}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

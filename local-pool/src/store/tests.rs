use rusqlite::Connection;

use super::*;
use crate::model::client::ClientSettings;
use crate::model::device::{Device, Seen};
use crate::model::group::Group;
use crate::model::pool::{LocalSettings, PoolSettings};
use crate::model::pool_mfa::MfaConfig;
use crate::model::user::{Attributes, User, UserStatus};

fn pool() -> Pool {
    Pool {
        id: "eu-west-1_A".into(),
        name: "a".into(),
        settings: PoolSettings::default(),
        mfa: MfaConfig::default(),
        local: LocalSettings::default(),
        secret: vec![1],
        created_ms: 0,
        modified_ms: 0,
    }
}

fn client() -> Client {
    let settings = ClientSettings::default();
    Client { id: "c".into(), pool_id: pool().id, secret: None, settings, created_ms: 0, modified_ms: 0 }
}

fn group() -> Group {
    Group { name: "g".into(), description: None, role_arn: None, precedence: None, created_ms: 0, modified_ms: 0 }
}

fn ann() -> User {
    User::new("ann".into(), "sub-of-ann".into(), UserStatus::Confirmed, Attributes::new(), 0)
}

/// A row in every table that hangs on something.
fn full() -> Store {
    let store = Store::open(None).unwrap();
    store.put_pool(&pool()).unwrap();
    store.put_client(&client()).unwrap();
    let put_rest = |db: &Connection| {
        let id = pool().id;
        users::insert(db, &pool(), &ann())?;
        groups::put(db, &id, &group())?;
        groups::add_member(db, &id, "g", "ann")?;
        let seen = Seen { ip: String::new(), sdk: String::new(), at_ms: 0 };
        let (salt, verifier) = (Vec::new(), Vec::new());
        let device = Device {
            key: "k".into(),
            name: None,
            salt,
            verifier,
            remembered: true,
            seen,
            created_ms: 0,
            modified_ms: 0,
        };
        devices::insert(db, &id, "ann", &device)?;
        let line = lines::Line {
            event_id: "e".into(),
            origin_jti: String::new(),
            pool_id: id.clone(),
            client_id: "c".into(),
            username: "ann".into(),
            auth_time_s: 0,
            refresh_until_ms: 0,
            revoked: false,
            device_key: None,
            device_confirmable: false,
            hosted: None,
        };
        lines::insert(db, &line)?;
        lines::insert_refresh_token(db, &[0; 32], "e")?;
        pending::put(db, &id, "ann", "email", "a@example.com")?;
        codes::count(db, &id, "ann", "try", 0)?;
        failures::put(db, &id, "password ann", &failures::Failures { count: 1, last_ms: 0, locked_until_ms: 0 })
    };
    store.write(put_rest).unwrap();
    store
}

/// How many rows each table has that is not empty.
fn rows(store: &Store) -> Vec<(String, i64)> {
    let count = |db: &Connection| {
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'server' ORDER BY name";
        let tables: Vec<String> =
            db.prepare(names)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let count = |table: String| {
            let rows = db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
            Ok((table, rows))
        };
        Ok(tables.into_iter().map(count).collect::<rusqlite::Result<Vec<_>>>()?)
    };
    store.read(count).unwrap().into_iter().filter(|(_, rows)| *rows > 0).collect()
}

#[test]
fn what_is_written_back_keeps_all_that_hangs_on_it() {
    let store = full();
    let before = rows(&store);
    store.put_pool(&pool()).unwrap();
    store.put_client(&client()).unwrap();
    store.write(|db| groups::put(db, &pool().id, &group())).unwrap();
    store.write(|db| users::update(db, &pool(), &ann())).unwrap();
    assert_eq!(rows(&store), before);
}

#[test]
fn what_hangs_on_a_user_a_client_or_a_pool_goes_with_it() {
    let left = |delete: fn(&Store) -> Outcome<()>| {
        let store = full();
        delete(&store).unwrap();
        rows(&store).into_iter().map(|(table, _)| table).collect::<Vec<_>>()
    };
    assert_eq!(left(|store| store.write(|db| users::delete(db, &pool(), "ann"))), ["clients", "groups", "pools"]);
    assert_eq!(left(|store| store.delete_pool(&pool().id)), [""; 0]);
    let without_client = left(|store| store.delete_client("c"));
    let gone = ["clients", "token_lines", "refresh_tokens"];
    assert!(!without_client.iter().any(|table| gone.contains(&table.as_str())), "{without_client:?}");
}

#[test]
fn a_user_who_was_deleted_meanwhile_is_not_written_back() {
    let store = full();
    store.write(|db| users::delete(db, &pool(), "ann")).unwrap();
    let refused = store.write(|db| users::update(db, &pool(), &ann())).unwrap_err();
    assert_eq!(refused.name, "UserNotFoundException");
    // Nor is anything noted about them.
    let refused = store.write(|db| pending::put(db, &pool().id, "ann", "email", "a@example.com")).unwrap_err();
    assert_eq!(refused.name, "UserNotFoundException");
}

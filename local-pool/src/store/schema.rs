//! The tables, and the version of the file they are in.
//!
//! What a pool or a user leaves behind goes with them by foreign keys. So rows that others refer to are updated in
//! place: replacing one would delete and insert it.
//!
//! By hand, not with rusqlite_migration: its release for this rusqlite needs a newer compiler than the workspace.

use rusqlite::Connection;

use super::open_error::OpenError;

/// What makes a file of each version out of one of the version before; the first makes an empty file one of version 1.
/// A released one is never edited.
const MIGRATIONS: &[&str] = &[TABLES, IDENTITY_POOLS, HOSTED];

/// Brings a file up to this version, or refuses it untouched.
pub(super) fn prepare(db: &Connection) -> Result<(), OpenError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let found: i64 = db.query_row("SELECT user_version FROM pragma_user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    if found == 0 && !shape(db)?.is_empty() {
        return Err(OpenError::Foreign("it has tables, and no version"));
    }
    let transaction = db.unchecked_transaction()?;
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(migration)?;
    }
    // A new one is right by its making.
    if found > 0 && shape(&transaction)? != current_shape()? {
        return Err(OpenError::Foreign("its tables have other columns than they should"));
    }
    if found < known {
        transaction.pragma_update(None, "user_version", known)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Everything that is defined in a database, by name.
fn shape(db: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    // SQLite's own tables have names that begin with its own.
    let text =
        "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    db.prepare(text)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn current_shape() -> rusqlite::Result<Vec<(String, String)>> {
    let model = Connection::open_in_memory()?;
    for migration in MIGRATIONS {
        model.execute_batch(migration)?;
    }
    shape(&model)
}

/// Times are milliseconds after 1970 unless the column says otherwise. Tokens and sessions are kept as hashes.
const TABLES: &str = "
CREATE TABLE server (
    id INTEGER PRIMARY KEY CHECK (id = 0), starts INTEGER NOT NULL
);
INSERT INTO server VALUES (0, 0);
CREATE TABLE pools (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, settings TEXT NOT NULL, mfa TEXT NOT NULL, local TEXT NOT NULL,
    secret BLOB NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE clients (
    id TEXT PRIMARY KEY, pool_id TEXT NOT NULL REFERENCES pools ON DELETE CASCADE, secret TEXT, settings TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE signing_keys (
    pool_id TEXT NOT NULL REFERENCES pools ON DELETE CASCADE, token_use TEXT NOT NULL, der BLOB NOT NULL,
    PRIMARY KEY (pool_id, token_use)
) WITHOUT ROWID;
CREATE TABLE users (
    pool_id TEXT NOT NULL REFERENCES pools ON DELETE CASCADE, username TEXT NOT NULL, sub TEXT NOT NULL,
    status TEXT NOT NULL, enabled INTEGER NOT NULL,
    attributes TEXT NOT NULL, salt BLOB NOT NULL, verifier BLOB NOT NULL, temporary_until INTEGER,
    mfa TEXT NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL,
    PRIMARY KEY (pool_id, username)
) WITHOUT ROWID;
CREATE TABLE sign_in_names (
    pool_id TEXT NOT NULL, name TEXT NOT NULL, username TEXT NOT NULL,
    PRIMARY KEY (pool_id, name),
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX sign_in_names_by_user ON sign_in_names (pool_id, username);
CREATE TABLE codes (
    pool_id TEXT NOT NULL, username TEXT NOT NULL, purpose TEXT NOT NULL, attribute TEXT NOT NULL, code TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (pool_id, username, purpose),
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE pending_attributes (
    pool_id TEXT NOT NULL, username TEXT NOT NULL, attribute TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (pool_id, username, attribute),
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE past_passwords (
    pool_id TEXT NOT NULL, username TEXT NOT NULL, number INTEGER NOT NULL, salt BLOB NOT NULL, verifier BLOB NOT NULL,
    PRIMARY KEY (pool_id, username, number),
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE groups (
    pool_id TEXT NOT NULL REFERENCES pools ON DELETE CASCADE, name TEXT NOT NULL, description TEXT, role_arn TEXT,
    precedence INTEGER,
    created INTEGER NOT NULL, modified INTEGER NOT NULL,
    PRIMARY KEY (pool_id, name)
) WITHOUT ROWID;
CREATE TABLE group_members (
    pool_id TEXT NOT NULL, group_name TEXT NOT NULL, username TEXT NOT NULL,
    PRIMARY KEY (pool_id, group_name, username),
    FOREIGN KEY (pool_id, group_name) REFERENCES groups ON DELETE CASCADE,
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX group_members_by_user ON group_members (pool_id, username);
CREATE TABLE resource_servers (
    pool_id TEXT NOT NULL REFERENCES pools ON DELETE CASCADE, identifier TEXT NOT NULL, name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    PRIMARY KEY (pool_id, identifier)
) WITHOUT ROWID;
CREATE TABLE rates (
    pool_id TEXT NOT NULL REFERENCES pools ON DELETE CASCADE, username TEXT NOT NULL, action TEXT NOT NULL,
    since INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (pool_id, username, action)
) WITHOUT ROWID;
CREATE TABLE failures (
    pool_id TEXT NOT NULL REFERENCES pools ON DELETE CASCADE, name TEXT NOT NULL, count INTEGER NOT NULL,
    last INTEGER NOT NULL, locked_until INTEGER NOT NULL,
    PRIMARY KEY (pool_id, name)
) WITHOUT ROWID;
CREATE INDEX rates_since ON rates (since);
CREATE INDEX failures_last ON failures (last);
CREATE TABLE devices (
    pool_id TEXT NOT NULL, username TEXT NOT NULL, key TEXT NOT NULL, name TEXT, salt BLOB NOT NULL,
    verifier BLOB NOT NULL,
    remembered INTEGER NOT NULL, ip TEXT NOT NULL, sdk TEXT NOT NULL, seen INTEGER NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL,
    PRIMARY KEY (pool_id, username, key),
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE sessions (
    hash BLOB PRIMARY KEY, client_id TEXT NOT NULL REFERENCES clients ON DELETE CASCADE, challenge TEXT NOT NULL,
    attempt TEXT NOT NULL,
    expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX sessions_by_expiry ON sessions (expires);
CREATE TABLE token_lines (
    event_id TEXT PRIMARY KEY, origin_jti TEXT NOT NULL, pool_id TEXT NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients ON DELETE CASCADE, username TEXT NOT NULL, auth_time_s INTEGER NOT NULL,
    refresh_until INTEGER NOT NULL, revoked INTEGER NOT NULL, device_key TEXT, device_confirmable INTEGER NOT NULL,
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX token_lines_by_user ON token_lines (pool_id, username);
CREATE TABLE refresh_tokens (
    hash BLOB PRIMARY KEY, event_id TEXT NOT NULL REFERENCES token_lines ON DELETE CASCADE, superseded INTEGER
) WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_line ON refresh_tokens (event_id);
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY, pool_id TEXT NOT NULL REFERENCES pools ON DELETE CASCADE, username TEXT NOT NULL,
    kind TEXT NOT NULL, medium TEXT NOT NULL,
    destination TEXT NOT NULL, attribute TEXT NOT NULL, code TEXT NOT NULL, subject TEXT NOT NULL,
    message TEXT NOT NULL,
    sent INTEGER NOT NULL
);
CREATE TABLE passkeys (
    pool_id TEXT NOT NULL, credential_id BLOB NOT NULL, username TEXT NOT NULL, relying_party TEXT NOT NULL,
    public_key BLOB NOT NULL, sign_count INTEGER NOT NULL, aaguid BLOB NOT NULL, attachment TEXT,
    transports TEXT NOT NULL, created INTEGER NOT NULL,
    PRIMARY KEY (pool_id, credential_id),
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX passkeys_by_user ON passkeys (pool_id, username);
CREATE TABLE passkey_registrations (
    challenge BLOB PRIMARY KEY, pool_id TEXT NOT NULL, username TEXT NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients ON DELETE CASCADE,
    expires INTEGER NOT NULL,
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX passkey_registrations_by_user ON passkey_registrations (pool_id, username);
";

/// Identity pools, and the keys that are the server's own rather than a pool's.
const IDENTITY_POOLS: &str = "
CREATE TABLE server_keys (
    name TEXT PRIMARY KEY, key BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE identity_pools (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, settings TEXT NOT NULL, roles TEXT NOT NULL, tag_maps TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE identities (
    id TEXT PRIMARY KEY, identity_pool_id TEXT NOT NULL REFERENCES identity_pools ON DELETE CASCADE,
    guest INTEGER NOT NULL, disabled INTEGER NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX identities_by_pool ON identities (identity_pool_id, created, id);
CREATE TABLE identity_logins (
    identity_pool_id TEXT NOT NULL, provider TEXT NOT NULL, subject TEXT NOT NULL,
    identity_id TEXT NOT NULL REFERENCES identities ON DELETE CASCADE, developer INTEGER NOT NULL,
    PRIMARY KEY (identity_pool_id, provider, subject)
) WITHOUT ROWID;
CREATE INDEX identity_logins_by_identity ON identity_logins (identity_id);
";

/// The hosted pages, domains and identity providers of user pools. Codes, sessions and round trips are kept as hashes.
const HOSTED: &str = "
ALTER TABLE token_lines ADD COLUMN hosted TEXT;
CREATE TABLE authorization_codes (
    hash BLOB PRIMARY KEY, client_id TEXT NOT NULL REFERENCES clients ON DELETE CASCADE, pool_id TEXT NOT NULL,
    username TEXT NOT NULL, code TEXT NOT NULL, expires INTEGER NOT NULL,
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX authorization_codes_by_user ON authorization_codes (pool_id, username);
CREATE TABLE browser_sessions (
    hash BLOB PRIMARY KEY, pool_id TEXT NOT NULL, username TEXT NOT NULL, sub TEXT NOT NULL, provider TEXT,
    auth_time_s INTEGER NOT NULL, expires INTEGER NOT NULL,
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX browser_sessions_by_user ON browser_sessions (pool_id, username);
CREATE TABLE identity_providers (
    pool_id TEXT NOT NULL REFERENCES pools ON DELETE CASCADE, name TEXT NOT NULL, settings TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL,
    PRIMARY KEY (pool_id, name)
) WITHOUT ROWID;
CREATE TABLE linked_identities (
    pool_id TEXT NOT NULL, provider TEXT NOT NULL, attribute TEXT NOT NULL, value TEXT NOT NULL,
    username TEXT NOT NULL, own INTEGER NOT NULL, created INTEGER NOT NULL,
    PRIMARY KEY (pool_id, provider, attribute, value),
    FOREIGN KEY (pool_id, username) REFERENCES users ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX linked_identities_by_user ON linked_identities (pool_id, username);
CREATE TABLE round_trips (
    hash BLOB PRIMARY KEY, client_id TEXT NOT NULL REFERENCES clients ON DELETE CASCADE, trip TEXT NOT NULL,
    expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE domains (
    name TEXT PRIMARY KEY, pool_id TEXT NOT NULL REFERENCES pools ON DELETE CASCADE, settings TEXT NOT NULL
) WITHOUT ROWID;
";

#[cfg(test)]
mod tests {
    use super::*;

    fn version(db: &Connection) -> i64 {
        db.query_row("SELECT user_version FROM pragma_user_version", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_empty_file_becomes_one_of_this_version_and_stays_it() {
        let db = Connection::open_in_memory().unwrap();
        prepare(&db).unwrap();
        assert_eq!(version(&db), 3);
        prepare(&db).unwrap();
    }

    #[test]
    fn a_file_of_the_version_before_is_brought_up_with_what_is_in_it() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(TABLES).unwrap();
        db.execute_batch("UPDATE server SET starts = 7; PRAGMA user_version = 1").unwrap();
        prepare(&db).unwrap();
        let starts: i64 = db.query_row("SELECT starts FROM server", [], |row| row.get(0)).unwrap();
        assert_eq!((version(&db), starts), (3, 7));
        assert_eq!(shape(&db).unwrap(), current_shape().unwrap());
    }

    #[test]
    fn a_file_of_another_version_or_shape_is_refused_untouched() {
        let refused = |text: &str| {
            let db = Connection::open_in_memory().unwrap();
            prepare(&db).unwrap();
            db.execute_batch(text).unwrap();
            let before = (version(&db), shape(&db).unwrap());
            let refusal = prepare(&db).unwrap_err().to_string();
            assert_eq!((version(&db), shape(&db).unwrap()), before);
            refusal
        };
        assert!(refused("PRAGMA user_version = 99").contains("newer local-pool (version 99"));
        assert!(refused("PRAGMA user_version = 0").contains("no version"));
        for table in ["sessions", "codes", "clients", "users"] {
            let refusal = refused(&format!("ALTER TABLE {table} ADD COLUMN more TEXT"));
            assert!(refusal.contains("other columns"), "{table}: {refusal}");
        }
        assert!(refused("CREATE TABLE mine (id INTEGER)").contains("other columns"));
        assert!(refused("DROP TABLE passkeys").contains("other columns"));
    }

    #[test]
    fn a_database_of_another_program_is_refused_untouched() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE notes (text TEXT)").unwrap();
        assert!(prepare(&db).unwrap_err().to_string().contains("not a data file of local-pool"));
        assert_eq!(shape(&db).unwrap().len(), 1);
    }

    #[test]
    fn every_row_about_a_pool_or_a_user_goes_with_it() {
        let db = Connection::open_in_memory().unwrap();
        prepare(&db).unwrap();
        let list = |text: &str, table: &str| -> Vec<String> {
            db.prepare(text).unwrap().query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let tables: Vec<_> =
            shape(&db).unwrap().into_iter().filter(|(_, sql)| sql.starts_with("CREATE TABLE")).collect();
        for (table, _) in tables {
            let columns = list("SELECT name FROM pragma_table_info(?1)", &table);
            let followed =
                list("SELECT \"table\" FROM pragma_foreign_key_list(?1) WHERE on_delete = 'CASCADE'", &table);
            let has = |column: &str| columns.iter().any(|known| known == column);
            let follows = |parents: &[&str]| followed.iter().any(|table| parents.contains(&table.as_str()));
            // Counts are kept for names that nobody has as well, and messages are the tests' to read.
            if has("username") && !matches!(table.as_str(), "users" | "rates" | "outbox") {
                assert!(follows(&["users"]), "{table}");
            }
            if has("pool_id") {
                assert!(follows(&["pools", "users"]), "{table}");
            }
            if has("identity_pool_id") {
                assert!(follows(&["identity_pools", "identities"]), "{table}");
            }
            if has("client_id") {
                assert!(follows(&["clients"]), "{table}");
            }
            if has("event_id") && table != "token_lines" {
                assert!(follows(&["token_lines"]), "{table}");
            }
        }
    }
}

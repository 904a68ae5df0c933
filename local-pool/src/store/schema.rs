use rusqlite::Connection;

/// Makes what is missing: a new file gets all tables, an older one the columns that came later.
pub(super) fn prepare(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(TABLES)?;
    for (table, column, definition) in LATER_COLUMNS {
        let known: bool = db.query_row(
            "SELECT EXISTS (SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2)",
            [table, column],
            |row| row.get(0),
        )?;
        if !known {
            db.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {column} {definition}"))?;
        }
    }
    Ok(())
}

/// Columns that tables of older files lack: table, name, definition. Statements name the columns they write.
const LATER_COLUMNS: &[(&str, &str, &str)] = &[
    ("pools", "mfa", "TEXT NOT NULL DEFAULT '{}'"),
    ("users", "mfa", "TEXT NOT NULL DEFAULT '{}'"),
    ("token_lines", "device_key", "TEXT"),
    ("token_lines", "device_confirmable", "INTEGER NOT NULL DEFAULT 0"),
];

/// Times are milliseconds after 1970 unless the column says otherwise. Tokens and sessions are kept as hashes.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS pools (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, settings TEXT NOT NULL, local TEXT NOT NULL, secret BLOB NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clients (
    id TEXT PRIMARY KEY, pool_id TEXT NOT NULL, secret TEXT, settings TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS signing_keys (
    pool_id TEXT NOT NULL, token_use TEXT NOT NULL, der BLOB NOT NULL,
    PRIMARY KEY (pool_id, token_use)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS users (
    pool_id TEXT NOT NULL, username TEXT NOT NULL, sub TEXT NOT NULL, status TEXT NOT NULL, enabled INTEGER NOT NULL,
    attributes TEXT NOT NULL, salt BLOB NOT NULL, verifier BLOB NOT NULL, temporary_until INTEGER,
    created INTEGER NOT NULL, modified INTEGER NOT NULL,
    PRIMARY KEY (pool_id, username)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sign_in_names (
    pool_id TEXT NOT NULL, name TEXT NOT NULL, username TEXT NOT NULL,
    PRIMARY KEY (pool_id, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sign_in_names_by_user ON sign_in_names (pool_id, username);
CREATE TABLE IF NOT EXISTS codes (
    pool_id TEXT NOT NULL, username TEXT NOT NULL, purpose TEXT NOT NULL, attribute TEXT NOT NULL, code TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (pool_id, username, purpose)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending_attributes (
    pool_id TEXT NOT NULL, username TEXT NOT NULL, attribute TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (pool_id, username, attribute)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS past_passwords (
    pool_id TEXT NOT NULL, username TEXT NOT NULL, number INTEGER NOT NULL, salt BLOB NOT NULL, verifier BLOB NOT NULL,
    PRIMARY KEY (pool_id, username, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS groups (
    pool_id TEXT NOT NULL, name TEXT NOT NULL, description TEXT, role_arn TEXT, precedence INTEGER,
    created INTEGER NOT NULL, modified INTEGER NOT NULL,
    PRIMARY KEY (pool_id, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS group_members (
    pool_id TEXT NOT NULL, group_name TEXT NOT NULL, username TEXT NOT NULL,
    PRIMARY KEY (pool_id, group_name, username)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS group_members_by_user ON group_members (pool_id, username);
CREATE TABLE IF NOT EXISTS resource_servers (
    pool_id TEXT NOT NULL, identifier TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
    PRIMARY KEY (pool_id, identifier)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rates (
    pool_id TEXT NOT NULL, username TEXT NOT NULL, action TEXT NOT NULL, since INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (pool_id, username, action)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failures (
    pool_id TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL, last INTEGER NOT NULL, locked_until INTEGER NOT NULL,
    PRIMARY KEY (pool_id, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rates_since ON rates (since);
CREATE INDEX IF NOT EXISTS failures_last ON failures (last);
CREATE TABLE IF NOT EXISTS devices (
    pool_id TEXT NOT NULL, username TEXT NOT NULL, key TEXT NOT NULL, name TEXT, salt BLOB NOT NULL, verifier BLOB NOT NULL,
    remembered INTEGER NOT NULL, ip TEXT NOT NULL, sdk TEXT NOT NULL, seen INTEGER NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL,
    PRIMARY KEY (pool_id, username, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
    hash BLOB PRIMARY KEY, client_id TEXT NOT NULL, challenge TEXT NOT NULL, attempt TEXT NOT NULL,
    expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires);
CREATE TABLE IF NOT EXISTS token_lines (
    event_id TEXT PRIMARY KEY, origin_jti TEXT NOT NULL, pool_id TEXT NOT NULL, client_id TEXT NOT NULL,
    username TEXT NOT NULL, auth_time_s INTEGER NOT NULL, refresh_until INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS token_lines_by_user ON token_lines (pool_id, username);
CREATE TABLE IF NOT EXISTS refresh_tokens (
    hash BLOB PRIMARY KEY, event_id TEXT NOT NULL, superseded INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS refresh_tokens_by_line ON refresh_tokens (event_id);
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY, pool_id TEXT NOT NULL, username TEXT NOT NULL, kind TEXT NOT NULL, medium TEXT NOT NULL,
    destination TEXT NOT NULL, attribute TEXT NOT NULL, code TEXT NOT NULL, subject TEXT NOT NULL, message TEXT NOT NULL,
    sent INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS passkeys (
    pool_id TEXT NOT NULL, credential_id BLOB NOT NULL, username TEXT NOT NULL, relying_party TEXT NOT NULL,
    public_key BLOB NOT NULL, sign_count INTEGER NOT NULL, aaguid BLOB NOT NULL, attachment TEXT,
    transports TEXT NOT NULL, created INTEGER NOT NULL,
    PRIMARY KEY (pool_id, credential_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS passkeys_by_user ON passkeys (pool_id, username);
CREATE TABLE IF NOT EXISTS passkey_registrations (
    challenge BLOB PRIMARY KEY, pool_id TEXT NOT NULL, username TEXT NOT NULL, client_id TEXT NOT NULL,
    expires INTEGER NOT NULL
) WITHOUT ROWID;
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_file_gets_the_columns_that_came_later() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(TABLES).unwrap();
        let columns = "pool_id, username, sub, status, enabled, attributes, salt, verifier, created, modified";
        let values = "'us-east-1_A', 'ann', 'sub', 'CONFIRMED', 1, '{}', x'', x'', 0, 0";
        db.execute(&format!("INSERT INTO users ({columns}) VALUES ({values})"), []).unwrap();
        prepare(&db).unwrap();
        prepare(&db).unwrap();
        let mfa: String = db.query_row("SELECT mfa FROM users WHERE username = 'ann'", [], |row| row.get(0)).unwrap();
        assert_eq!(mfa, "{}");
    }
}

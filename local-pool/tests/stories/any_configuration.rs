//! Whatever a configuration says, the server starts or tells what is wrong by its key; it never panics.

use local_pool::{LocalPool, ServerConfig};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use crate::client::PASSWORD;

/// A table and its keys, each with values.
type Table = (&'static str, &'static [(&'static str, &'static [&'static str])]);

/// Every key, by its table, with values that may be good. `data` names files and is left out.
const KEYS: [Table; 16] = [
    (
        "",
        &[
            ("region", &["\"eu-west-1\"", "\"x\""]),
            ("listen", &["\"127.0.0.1:0\"", "\"127.0.0.1:99999\""]),
            ("seed", &["7", "0", "9223372036854775807"]),
            ("allow_hosts", &["[\"pool\"]", "[\"a b\"]", "[\"::1\"]"]),
            ("allow_origins", &["[\"*\"]", "[\"http://localhost:3000\"]", "[\"x\"]"]),
            // The table below, as something else.
            ("tls", &[]),
        ],
    ),
    ("[tls]", &[("certificate", &["\"/nowhere/cert.pem\""]), ("key", &["\"/nowhere/key.pem\""])]),
    (
        "[[pools]]",
        &[
            ("id", &["\"us-east-1_Local0001\"", "\"_\"", "\"ä_1\""]),
            ("name", &["\"one\"", "\"\""]),
            ("username_attributes", &["[\"email\"]", "[\"email\", \"phone_number\"]"]),
            ("alias_attributes", &["[\"email\"]", "[\"preferred_username\"]"]),
            ("auto_verified_attributes", &["[]", "[\"phone_number\"]"]),
            ("required_attributes", &["[\"name\"]", "[\"sub\"]", "[\"custom:x\"]"]),
            ("case_sensitive", &["false"]),
            ("self_sign_up", &["false"]),
            ("mfa", &["\"OPTIONAL\"", "\"ON\""]),
            ("mfa_factors", &["[\"SMS_MFA\"]", "[\"EMAIL_OTP\", \"SOFTWARE_TOKEN_MFA\"]"]),
            ("first_factors", &["[\"PASSWORD\", \"WEB_AUTHN\"]", "[\"EMAIL_OTP\"]", "[]"]),
            ("relying_party", &["\"example.com\"", "\"..\""]),
            ("passkey_origins", &["[\"http://localhost:3000\"]", "[\"\"]"]),
            ("user_verification", &["\"required\""]),
            ("account_recovery", &["[\"verified_email\"]", "[\"admin_only\", \"verified_email\"]"]),
            ("verify_before_update", &["[\"email\"]"]),
            ("lock_out", &["false"]),
            ("rate_limits", &["false"]),
            ("issuer", &["\"https://id.example\"", "\"\""]),
            ("pre_token_generation_version", &["\"V2_0\"", "\"V3_0\""]),
            // The tables below, as something else.
            ("password_policy", &[]),
            ("custom_attributes", &[]),
            ("devices", &[]),
            ("lambda", &[]),
            ("clients", &[]),
            ("users", &[]),
            ("groups", &[]),
            ("resource_servers", &[]),
            ("identity_providers", &[]),
        ],
    ),
    (
        "[[pools.resource_servers]]",
        &[("identifier", &["\"api\"", "\"\""]), ("name", &["\"An API\""]), ("scopes", &["[\"read\"]", "[\"a/b\"]"])],
    ),
    (
        "[[pools.identity_providers]]",
        &[
            ("name", &["\"Google\"", "\"Okta\"", "\"\"", "\"COGNITO\""]),
            ("type", &["\"OIDC\"", "\"SAML\"", "\"x\""]),
            ("client_id", &["\"app\"", "\"\""]),
            ("client_secret", &["\"s\""]),
            ("issuer", &["\"https://idp.example\"", "\"x\""]),
            ("scopes", &["\"openid\"", "\"\""]),
            ("discover", &["true"]),
            ("attribute_mapping", &["{ email = \"mail\" }", "{ nothing = \"x\" }"]),
            ("identifiers", &["[\"example.com\"]"]),
        ],
    ),
    (
        "[pools.password_policy]",
        &[
            ("minimum_length", &["6", "99", "100"]),
            ("require_uppercase", &["false"]),
            ("require_lowercase", &["false"]),
            ("require_numbers", &["false"]),
            ("require_symbols", &["false"]),
            ("temporary_password_validity_days", &["0", "365", "366", "-1", "9223372036854775807"]),
        ],
    ),
    (
        "[pools.devices]",
        &[("challenge_required_on_new_device", &["true"]), ("only_remembered_on_user_prompt", &["true"])],
    ),
    (
        "[[pools.custom_attributes]]",
        &[("name", &["\"team\"", "\"\"", "\"custom:x\""]), ("type", &["\"Number\"", "\"x\""]), ("mutable", &["false"])],
    ),
    (
        "[[pools.clients]]",
        &[
            ("id", &["\"4localclient\"", "\"a b\""]),
            ("name", &["\"one\"", "\"\""]),
            ("secret", &["\"a-secret\"", "\"\""]),
            ("generate_secret", &["true"]),
            ("auth_flows", &["[\"ALLOW_USER_PASSWORD_AUTH\"]", "[]", "[\"x\"]"]),
            ("access_token_seconds", &["1", "315360000", "0", "9223372036854775807"]),
            ("id_token_seconds", &["1", "315360000", "-9223372036854775808"]),
            ("refresh_token_seconds", &["1", "315360000", "315360001"]),
            ("rotation_grace_seconds", &["0", "60", "61"]),
            ("prevent_user_existence_errors", &["true"]),
            ("enable_token_revocation", &["false"]),
            ("auth_session_minutes", &["3", "15", "9223372036854775807"]),
            ("read_attributes", &["[\"email\"]", "[\"x\"]"]),
            ("write_attributes", &["[]", "[\"email\"]"]),
            ("callback_urls", &["[\"myapp://cb\"]", "[\"http://x.example/\"]", "[\"\"]"]),
            ("logout_urls", &["[\"myapp://out\"]"]),
            ("default_redirect_uri", &["\"myapp://cb\""]),
            ("oauth_flows", &["[\"code\"]", "[\"implicit\"]", "[\"client_credentials\"]", "[\"x\"]"]),
            ("oauth_scopes", &["[\"openid\"]", "[\"api/read\"]", "[]"]),
            ("identity_providers", &["[\"COGNITO\"]", "[\"Google\"]", "[]"]),
        ],
    ),
    (
        "[[pools.users]]",
        &[
            ("username", &["\"ann\"", "\"ann@example.com\"", "\"\""]),
            ("password", &["\"Correct-Horse-9\"", "\"\""]),
            ("temporary_password", &["true", "false"]),
            ("attributes", &["{ email = \"ann@example.com\" }", "{ sub = \"x\" }", "{ \"custom:x\" = \"1\" }"]),
            ("groups", &["[\"staff\"]", "[\"\"]"]),
        ],
    ),
    (
        "[[pools.groups]]",
        &[
            ("name", &["\"staff\"", "\"\""]),
            ("description", &["\"All\""]),
            ("role_arn", &["\"arn:aws:iam::123456789012:role/staff\"", "\"x\""]),
            ("precedence", &["0", "-1", "2147483647", "2147483648", "9223372036854775807"]),
        ],
    ),
    ("[pools.lambda]", &[("PreSignUp", &["\"arn:aws:lambda:us-east-1:000000000000:function:x\"", "\"x\""])]),
    (
        "[[identity_pools]]",
        &[
            ("id", &["\"us-east-1:0a1b2c3d-1111-4222-8333-444455556666\"", "\"us-east-1\"", "\"x:XYZ\""]),
            ("name", &["\"one\"", "\"\"", "\"a/b\""]),
            ("guests", &["false"]),
            ("classic_flow", &["false"]),
            (
                "user_pool_clients",
                &["[]", "[{ client = \"local\" }]", "[{ server_side_token_check = true }]", "[{ client = \"x\" }]"],
            ),
            ("login_providers", &["{ \"accounts.google.com\" = \"app;other\" }", "{ \"\" = \"\" }"]),
            ("developer_provider", &["\"login.example\"", "\"a b\""]),
            ("authenticated_role", &["\"arn:aws:iam::123456789012:role/staff\"", "\"\"", "\"x\""]),
            ("unauthenticated_role", &["\"arn:aws:iam::123456789012:role/guests\"", "\"\"", "\"x\""]),
            // The tables below, as something else.
            ("oidc_providers", &[]),
            ("role_mappings", &[]),
        ],
    ),
    (
        "[[identity_pools.oidc_providers]]",
        &[
            ("issuer", &["\"https://tenant.eu.auth0.com/\"", "\"http://127.0.0.1:1\"", "\"\"", "\"x://\""]),
            ("client_ids", &["[\"app\"]", "[]"]),
            ("discover", &["true"]),
        ],
    ),
    (
        "[[identity_pools.role_mappings]]",
        &[
            ("provider", &["\"local\"", "\"accounts.google.com\"", "\"\""]),
            ("or_authenticated", &["true"]),
            // The table below, as something else.
            ("rules", &[]),
        ],
    ),
    (
        "[[identity_pools.role_mappings.rules]]",
        &[
            ("claim", &["\"email\"", "\"\""]),
            ("match", &["\"Equals\"", "\"Contains\"", "\"Is\""]),
            ("value", &["\"x\"", "\"\""]),
            ("role", &["\"arn:aws:iam::123456789012:role/staff\"", "\"x\""]),
        ],
    ),
];

/// Values that fit some keys by chance.
const ANYTHING: [&str; 16] = [
    "0",
    "1",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "1e300",
    "nan",
    "true",
    "\"\"",
    "\"\\u0000\"",
    "[]",
    "[\"\"]",
    "[[1]]",
    "{}",
    "1979-05-27T07:32:00Z",
    "\"ÄÖÜ 😀 {####} '\"",
];

/// What must be there for the rest to be looked at.
const NEEDED: [(&str, &[&str]); 7] = [
    ("[[pools.resource_servers]]", &["identifier = \"api\""]),
    ("[[pools.identity_providers]]", &["name = \"Google\""]),
    ("[[pools.users]]", &["username = \"ann\"", "password = \"Correct-Horse-9\""]),
    ("[[pools.groups]]", &["name = \"staff\""]),
    ("[[pools.custom_attributes]]", &["name = \"team\""]),
    ("[[identity_pools.oidc_providers]]", &["issuer = \"https://idp.example\""]),
    (
        "[[identity_pools.role_mappings.rules]]",
        &[
            "claim = \"email\"",
            "match = \"Equals\"",
            "value = \"x\"",
            "role = \"arn:aws:iam::123456789012:role/staff\"",
        ],
    ),
];

/// Tables that others are in.
const ALWAYS: [&str; 3] = ["[[pools]]", "[[identity_pools]]", "[[identity_pools.role_mappings]]"];

/// A configuration: for each chosen key its table, its name, and a value by number.
fn written(choices: &[(usize, usize, usize, bool)]) -> String {
    let mut text = String::new();
    for (table, (header, keys)) in KEYS.iter().enumerate() {
        let mut lines: Vec<String> = Vec::new();
        for (_, key, value, any) in choices.iter().filter(|choice| choice.0 % KEYS.len() == table) {
            let (name, good) = keys[key % keys.len()];
            let value =
                if *any || good.is_empty() { ANYTHING[value % ANYTHING.len()] } else { good[value % good.len()] };
            if !lines.iter().any(|line| line.starts_with(&format!("{name} ="))) {
                lines.push(format!("{name} = {value}"));
            }
        }
        let needed = NEEDED.iter().find(|(needing, _)| needing == header).map_or(&[][..], |(_, lines)| lines);
        if !lines.is_empty() {
            for line in needed {
                let name = line.split_once('=').map_or("", |(name, _)| name);
                if !lines.iter().any(|there| there.starts_with(name)) {
                    lines.push((*line).to_owned());
                }
            }
        }
        if !lines.is_empty() || ALWAYS.contains(header) {
            text.push_str(&format!("{header}\n{}\n", lines.join("\n")));
        }
    }
    text
}

#[test]
fn no_configuration_panics() {
    // Seeded by the algorithm's own default: the same on every run.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner =
        TestRunner::new_with_rng(Config { cases: 400, failure_persistence: None, ..Config::default() }, rng);
    let choice = (0..KEYS.len(), 0..64_usize, 0..64_usize, prop::bool::weighted(0.25));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (started, refused) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    runner
        .run(&prop::collection::vec(choice, 1..4), |choices| {
            let text = written(&choices);
            let server = match ServerConfig::from_toml(&text).map(LocalPool::start_blocking) {
                Ok(Ok(server)) => server,
                Ok(Err(error)) => {
                    refused.set(refused.get() + 1);
                    prop_assert!(!error.to_string().is_empty());
                    return Ok(());
                }
                Err(error) => {
                    refused.set(refused.get() + 1);
                    prop_assert!(!error.to_string().is_empty());
                    return Ok(());
                }
            };
            started.set(started.get() + 1);
            // Numbers are used as well: lives of temporary passwords, sessions and tokens.
            let create = json!({ "Username": "tom", "TemporaryPassword": PASSWORD });
            let email = json!({ "Username": "tom@example.com", "TemporaryPassword": PASSWORD });
            let sign_in = json!({
                "ClientId": server.client_id(), "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": "tom", "PASSWORD": PASSWORD },
            });
            let guest = json!({ "IdentityPoolId": server.identity_pool_id() });
            for (operation, body) in [
                ("AdminCreateUser", create),
                ("AdminCreateUser", email),
                ("AdminInitiateAuth", sign_in),
                ("GetId", guest),
            ] {
                if let Err(refusal) = runtime.block_on(server.call(operation, body)) {
                    prop_assert!(refusal.exception != "InternalErrorException", "{refusal}\n{text}");
                }
            }
            Ok(())
        })
        .unwrap();
    assert!(started.get() > 60 && refused.get() > 60, "{} started, {} refused", started.get(), refused.get());
}

/// Serde names the keys it knows where it meets one that it does not.
#[test]
fn no_key_is_left_out() {
    for (header, keys) in KEYS.iter().filter(|(header, _)| *header != "[pools.lambda]") {
        let outer = |table: &&&str| header.contains(&table[2..table.len() - 2]) && **table != *header;
        let outer: String = ALWAYS.iter().filter(outer).map(|table| format!("{table}\n")).collect();
        let error = ServerConfig::from_toml(&format!("{outer}{header}\nnot_a_key = 1")).unwrap_err().to_string();
        let expected = error.split_once("expected ").unwrap_or_else(|| panic!("{error}")).1;
        for name in expected.split('`').skip(1).step_by(2) {
            let is_there =
                keys.iter().any(|(key, _)| *key == name) || ["data", "pools", "identity_pools"].contains(&name);
            assert!(is_there, "{header} {name}");
        }
    }
}

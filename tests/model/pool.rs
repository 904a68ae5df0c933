//! The service: three users, rotation of refresh tokens with a grace period or none, the end of a line by reuse,
//! revocation. It remembers what it did and for whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::world::World;

pub const POOL_ID: &str = "eu-west-1_AbCdEfGh1";
pub const HOUR: i64 = 3600;
pub const USERS: [&str; 3] = ["ann", "bob", "cat"];

/// What becomes of a spent refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    None,
    /// It counts for so many seconds more; then it ends the line.
    Grace(i64),
}

/// Why a line of tokens does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dead {
    /// Revoked, globally signed out, or of a user who was deleted.
    Revoked,
    /// A spent token was used again.
    Reused,
}

/// All tokens that began with one sign-in.
#[derive(Debug)]
pub struct Line {
    pub user: String,
    pub subject: String,
    /// The call that began it.
    pub operation: u64,
    pub dead: Option<Dead>,
    /// A verdict that a process has been told, through which gate.
    pub told: Option<u64>,
    /// The token that was spent twice.
    pub reused: Option<(u64, i64)>,
}

#[derive(Debug)]
pub struct RefreshToken {
    pub line: usize,
    /// When it was spent first, in milliseconds.
    pub spent: Option<i64>,
    /// What it was exchanged for.
    pub successors: Vec<u64>,
}

/// An access token.
#[derive(Clone, Debug)]
pub struct Access {
    pub line: usize,
    pub user: String,
    pub issued: i64,
    /// The gate that asked for it, and how the wall clock was set then.
    pub gate: u64,
    pub skew: i64,
    /// Whether its answer arrived, and when.
    pub arrived: Option<i64>,
}

/// One thing that the service did with an access token.
#[allow(dead_code)] // all of it is for who reads a complaint
#[derive(Clone, Debug)]
pub struct Act {
    pub operation: String,
    /// What the request had as its mark: the number of the call.
    pub mark: Option<u64>,
    pub user: String,
    pub line: usize,
    pub at: i64,
}

/// One refresh that the service was asked for.
#[allow(dead_code)] // all of it is for who reads a complaint
#[derive(Clone, Debug)]
pub struct Renewal {
    pub line: usize,
    pub gate: u64,
    pub at: i64,
    /// How old the stored access token of the line was, in seconds, where the process could know that.
    pub stored_age: Option<i64>,
}

#[derive(Debug)]
pub struct Pool {
    pub world: Arc<World>,
    pub rotation: Rotation,
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
pub struct Books {
    pub lines: Vec<Line>,
    pub refresh: BTreeMap<u64, RefreshToken>,
    pub access: Vec<Access>,
    pub acts: Vec<Act>,
    pub renewals: Vec<Renewal>,
    /// Lines whose access token was refused.
    pub refused: BTreeSet<usize>,
    pub disabled: Vec<String>,
    /// How often each user was deleted; whoever signs in again is another user of that name.
    deleted: BTreeMap<String, u64>,
    challenges: Vec<String>,
    next_refresh: u64,
}

/// An exception, or the answer.
pub type Answer = Result<Value, (&'static str, &'static str)>;

const DISABLED: (&str, &str) = ("NotAuthorizedException", "User is disabled.");
const UNKNOWN: (&str, &str) = ("UserNotFoundException", "User does not exist.");
const REVOKED: (&str, &str) = ("NotAuthorizedException", "Refresh Token has been revoked");
const REUSED: (&str, &str) = ("RefreshTokenReuseException", "Refresh token reuse detected");

impl Pool {
    pub fn new(world: Arc<World>, rotation: Rotation) -> Self {
        Self { world, rotation, books: Mutex::default() }
    }

    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    /// Acts on a request that came through the gate.
    pub fn act(&self, operation: &str, body: &Value, gate: u64) -> Answer {
        let mut books = self.books();
        match operation {
            "InitiateAuth" => {
                let user = body["AuthParameters"]["USERNAME"].as_str().unwrap();
                if books.disabled.iter().any(|disabled| disabled == user) {
                    return Err(DISABLED);
                }
                if body["AuthFlow"] == "CUSTOM_AUTH" {
                    books.challenges.push(user.to_owned());
                    let session = format!("{:024}", books.challenges.len() - 1);
                    return Ok(json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": session,
                        "ChallengeParameters": { "USERNAME": user } }));
                }
                Ok(self.sign_in(&mut books, user, body, gate))
            }
            "RespondToAuthChallenge" => {
                let number: usize = body["Session"].as_str().unwrap().parse().unwrap();
                let user = std::mem::take(&mut books.challenges[number]);
                if user.is_empty() {
                    return Err(("NotAuthorizedException", "Invalid session for the user."));
                }
                Ok(self.sign_in(&mut books, &user, body, gate))
            }
            "GetTokensFromRefreshToken" => self.renew(&mut books, body, gate),
            "RevokeToken" => {
                let token = number_of(&body["Token"]);
                let line = books.refresh[&token].line;
                books.lines[line].dead.get_or_insert(Dead::Revoked);
                Ok(json!({}))
            }
            _ => self.act_for_user(&mut books, operation, body),
        }
    }

    /// What somebody did elsewhere.
    pub fn sign_out_everywhere(&self, user: &str) {
        self.books().revoke_all(user);
    }

    fn sign_in(&self, books: &mut Books, user: &str, body: &Value, gate: u64) -> Value {
        let subject = format!("sub-{user}-{}", books.deleted.get(user).copied().unwrap_or_default());
        let operation = body["ClientMetadata"]["call"].as_str().and_then(|call| call.parse().ok()).unwrap_or_default();
        let line = Line { user: user.to_owned(), subject, operation, dead: None, told: None, reused: None };
        books.lines.push(line);
        let line = books.lines.len() - 1;
        let refresh = books.new_refresh_token(line);
        let mut tokens = self.tokens(books, line, gate);
        tokens["RefreshToken"] = format!("refresh.{refresh}").into();
        json!({ "AuthenticationResult": tokens, "ChallengeParameters": {} })
    }

    fn renew(&self, books: &mut Books, body: &Value, gate: u64) -> Answer {
        let number = number_of(&body["RefreshToken"]);
        let now = self.world.elapsed();
        let line = books.refresh[&number].line;
        books.renewals.push(Renewal { line, gate, at: now, stored_age: None });
        let user = books.lines[line].user.clone();
        if books.disabled.contains(&user) {
            return Err(DISABLED);
        }
        let is_gone = books.lines[line].subject != format!("sub-{user}-{}", books.times_deleted(&user));
        match books.lines[line].dead {
            _ if is_gone => return Err(UNKNOWN),
            Some(Dead::Revoked) => return Err(REVOKED),
            Some(Dead::Reused) => return Err(REUSED),
            None => {}
        }
        let mut tokens = self.tokens(books, line, gate);
        if let Rotation::Grace(grace) = self.rotation {
            if books.refresh[&number].spent.is_some_and(|spent| now >= spent + grace * 1000) {
                (books.lines[line].dead, books.lines[line].reused) = (Some(Dead::Reused), Some((number, now)));
                books.access.pop();
                return Err(REUSED);
            }
            let successor = books.new_refresh_token(line);
            let token = books.refresh.get_mut(&number).unwrap();
            token.spent.get_or_insert(now);
            token.successors.push(successor);
            tokens["RefreshToken"] = format!("refresh.{successor}").into();
        }
        Ok(json!({ "AuthenticationResult": tokens }))
    }

    fn tokens(&self, books: &mut Books, line: usize, gate: u64) -> Value {
        let (now, number) = (self.world.now(), books.access.len());
        let Line { user, subject, .. } = &books.lines[line];
        let token = |kind: &str| {
            let claims = json!({ "sub": subject, "username": user, "cognito:username": user, "token_use": kind,
                "iss": format!("https://cognito-idp.eu-west-1.amazonaws.com/{POOL_ID}"), "client_id": "client",
                "aud": "client", "iat": now, "exp": now + HOUR, "origin_jti": line, "jti": number });
            format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
        };
        let (access, id) = (token("access"), token("id"));
        let (user, skew) = (user.clone(), self.world.skew());
        books.access.push(Access { line, user, issued: now, gate, skew, arrived: None });
        json!({ "AccessToken": access, "IdToken": id, "ExpiresIn": HOUR, "TokenType": "Bearer" })
    }

    fn act_for_user(&self, books: &mut Books, operation: &str, body: &Value) -> Answer {
        let access = books.access[access_number(body["AccessToken"].as_str().unwrap())].clone();
        let line = &books.lines[access.line];
        let user = line.user.clone();
        if line.subject != format!("sub-{user}-{}", books.times_deleted(&user)) {
            return Err(UNKNOWN);
        }
        if line.dead == Some(Dead::Revoked) {
            books.refused.insert(access.line);
            return Err(("NotAuthorizedException", "Access Token has been revoked"));
        }
        if self.world.now() >= access.issued + HOUR {
            books.refused.insert(access.line);
            return Err(("NotAuthorizedException", "Access Token has expired"));
        }
        let mark = body["UserAttributes"][0]["Value"].as_str().and_then(|value| value.parse().ok());
        let at = self.world.elapsed();
        books.acts.push(Act { operation: operation.to_owned(), mark, user: user.clone(), line: access.line, at });
        match operation {
            "GlobalSignOut" => books.revoke_all(&user),
            "DeleteUser" => {
                books.revoke_all(&user);
                *books.deleted.entry(user).or_default() += 1;
            }
            "UpdateUserAttributes" => {}
            "GetUser" => return Ok(json!({ "Username": user, "UserAttributes": [{ "Name": "sub", "Value": user }] })),
            other => panic!("the model does not know {other}"),
        }
        Ok(json!({}))
    }
}

impl Books {
    fn new_refresh_token(&mut self, line: usize) -> u64 {
        self.next_refresh += 1;
        let token = RefreshToken { line, spent: None, successors: Vec::new() };
        self.refresh.insert(self.next_refresh, token);
        self.next_refresh
    }

    pub fn times_deleted(&self, user: &str) -> u64 {
        self.deleted.get(user).copied().unwrap_or_default()
    }

    fn revoke_all(&mut self, user: &str) {
        for line in self.lines.iter_mut().filter(|line| line.user == user) {
            line.dead.get_or_insert(Dead::Revoked);
        }
    }

    pub fn lines_of(&self, user: &str) -> Vec<usize> {
        (0..self.lines.len()).filter(|line| self.lines[*line].user == user).collect()
    }

    /// The line of the sign-in that a call made.
    pub fn line_of_call(&self, operation: u64) -> Option<usize> {
        self.lines.iter().position(|line| line.operation == operation)
    }
}

/// The number in a refresh token.
pub fn number_of(token: &Value) -> u64 {
    token.as_str().unwrap().strip_prefix("refresh.").unwrap().parse().unwrap()
}

/// The number of an access or ID token.
pub fn access_number(token: &str) -> usize {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    usize::try_from(claims["jti"].as_u64().unwrap()).unwrap()
}

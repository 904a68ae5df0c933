//! The network between a process and the service: slow, lossy, and at times somebody else who answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use portcullis::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use serde_json::{Value, json};

use super::chance::Chance;
use super::gate::Gate;
use super::pool::{Access, HOUR, Pool, access_number};
use super::sabotage::Sabotage;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Unreachable,
    /// It has its effect, and the connection breaks.
    AnswerLost,
    /// A captive portal answers in the service's place.
    Html,
    /// A firewall does.
    Firewall,
    /// The service fails, without an effect.
    Fails,
    /// A gateway fails after the effect.
    BadGateway,
    Throttled,
    /// It takes so many seconds, the effect in the middle.
    Slow(u64),
}

/// The network, and what will happen to the next requests.
#[derive(Debug)]
pub struct Network {
    pub pool: Arc<Pool>,
    pub script: Mutex<VecDeque<Fault>>,
    /// What happens to every request, while it lasts.
    pub weather: Mutex<Option<Fault>>,
    pub chance: Mutex<Chance>,
    /// Whether answers have a `Date`.
    pub tells_time: bool,
    /// The requests, to read when a history failed.
    pub log: Mutex<Vec<String>>,
}

/// A process' end of it.
#[derive(Debug)]
pub struct Wire {
    pub network: Arc<Network>,
    pub gate: Arc<Gate>,
}

impl Network {
    pub fn calm(&self) {
        self.script.lock().unwrap().clear();
        *self.weather.lock().unwrap() = None;
    }
}

impl Wire {
    async fn carry(&self, operation: String, mut body: Value) -> Result<HttpResponse, TransportError> {
        let network = &self.network;
        let fault = network.script.lock().unwrap().pop_front().or(*network.weather.lock().unwrap());
        let (mut there, mut back) = {
            let mut chance = network.chance.lock().unwrap();
            (Duration::from_millis(2 + chance.below(60)), Duration::from_millis(2 + chance.below(60)))
        };
        if let Some(Fault::Slow(seconds)) = fault {
            (there, back) = (Duration::from_secs(seconds) / 2, Duration::from_secs(seconds) / 2);
            network.pool.world.note_mishap(1); // from now on: it may be too late when it arrives
        }
        tokio::time::sleep(there).await;
        if !self.gate.is_open() {
            std::future::pending::<()>().await; // the process is gone, and its connections with it
        }
        self.note(&operation, fault, &body);
        if fault.is_some_and(|fault| !matches!(fault, Fault::Slow(_))) {
            network.pool.world.note_mishap(1);
        }
        match fault {
            Some(Fault::Unreachable) => return Err(TransportError::NotConnected("a fault of the model".to_owned())),
            Some(Fault::Html) => return Ok(page(200)),
            Some(Fault::Firewall) => return Ok(page(403)),
            Some(Fault::Fails) => {
                return Ok(answer(500, &json!({ "__type": "InternalErrorException", "message": "" }), None));
            }
            Some(Fault::Throttled) => {
                return Ok(answer(
                    400,
                    &json!({ "__type": "TooManyRequestsException", "message": "Rate exceeded" }),
                    None,
                ));
            }
            _ => {}
        }
        self.tamper(&mut body);
        let stored_age = self.stored_age(&operation, &body);
        let acted = network.pool.act(&operation, &body, self.gate.number);
        if let Some(renewal) = network.pool.books().renewals.last_mut().filter(|_| stored_age.is_some()) {
            renewal.stored_age = stored_age;
        }
        if self.gate.sabotage == Sabotage::SendsTwice {
            let _ = network.pool.act(&operation, &body, self.gate.number);
        }
        let date = network.tells_time.then(|| network.pool.world.now());
        if !self.gate.answers() {
            std::future::pending::<()>().await;
        }
        let acted_at = network.pool.world.elapsed();
        tokio::time::sleep(back).await;
        if network.pool.world.elapsed() - acted_at > 60_000 {
            self.gate.note_late_answer();
        }
        match fault {
            Some(Fault::AnswerLost) => return Err(TransportError::Broken("a fault of the model".to_owned())),
            Some(Fault::BadGateway) => return Ok(page(502)),
            _ => {}
        }
        if !self.gate.is_open() {
            std::future::pending::<()>().await;
        }
        match acted {
            Ok(value) => {
                if let Some(token) = value["AuthenticationResult"]["AccessToken"].as_str() {
                    let at = network.pool.world.elapsed();
                    network.pool.books().access[access_number(token)].arrived = Some(at);
                }
                Ok(answer(200, &value, date))
            }
            Err((exception, text)) => {
                self.note_verdict(&operation, &body);
                Ok(answer(400, &json!({ "__type": exception, "message": text }), date))
            }
        }
    }

    /// How old the tokens are that a refresh is to replace, as the store has them; unknown where the wall clock was set.
    fn stored_age(&self, operation: &str, body: &Value) -> Option<i64> {
        if operation != "GetTokensFromRefreshToken" {
            return None;
        }
        let (gate, pool) = (&self.gate, &self.network.pool);
        let books = pool.books();
        let line = books.refresh[&super::pool::number_of(&body["RefreshToken"])].line;
        let record = gate.disk.session(&books.lines[line].user)?;
        let access = &books.access[access_number(record["access_token"].as_str()?)];
        let knows = access.gate == gate.number || (access.skew == pool.world.skew() && !gate.may_doubt_time());
        (access.line == line && knows).then(|| pool.world.now() - access.issued)
    }

    /// A verdict about a line has reached the process.
    fn note_verdict(&self, operation: &str, body: &Value) {
        if operation == "GetTokensFromRefreshToken" {
            let mut books = self.network.pool.books();
            let line = books.refresh[&super::pool::number_of(&body["RefreshToken"])].line;
            books.lines[line].told = Some(self.gate.number);
        }
    }

    fn note(&self, operation: &str, fault: Option<Fault>, body: &Value) {
        let who = match operation {
            "GetTokensFromRefreshToken" => body["RefreshToken"].to_string(),
            "RevokeToken" => body["Token"].to_string(),
            _ => body["AccessToken"].as_str().map_or_else(
                || body["AuthParameters"]["USERNAME"].to_string(),
                |token| format!("access {}", access_number(token)),
            ),
        };
        let (at, fault) =
            (self.network.pool.world.elapsed(), fault.map_or_else(String::new, |fault| format!(" {fault:?}")));
        let line =
            format!("{at:>9} ms  process {} (gate {}): {operation} {who}{fault}", self.gate.process, self.gate.number);
        self.network.log.lock().unwrap().push(line);
    }

    /// Puts another user's token into a request, where that is what is planted.
    fn tamper(&self, body: &mut Value) {
        let Some(token) = body["AccessToken"]
            .as_str()
            .filter(|_| self.gate.sabotage == Sabotage::MixesUsers && body["UserAttributes"].is_array())
        else {
            return;
        };
        let books = self.network.pool.books();
        let now = self.network.pool.world.now();
        let counts = |access: &Access| now < access.issued + HOUR && books.lines[access.line].dead.is_none();
        let own = &books.access[access_number(token)];
        let Some(other) = books.access.iter().rposition(|access| access.user != own.user && counts(access)) else {
            return;
        };
        let claims = json!({ "jti": other }).to_string();
        let mixed = format!("e30.{}.c2ln", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims));
        body["AccessToken"] = mixed.into();
    }
}

impl Transport for Wire {
    fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let target = request.headers.iter().find(|(name, _)| *name == "x-amz-target").unwrap();
            let operation = target.1.rsplit('.').next().unwrap().to_owned();
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            self.carry(operation, body).await
        })
    }
}

fn answer(status: u16, body: &Value, date: Option<i64>) -> HttpResponse {
    let mut headers = vec![("x-amzn-requestid".to_owned(), "request-1".to_owned())];
    if let Some(now) = date {
        let moment = std::time::UNIX_EPOCH + Duration::from_secs(now.unsigned_abs());
        headers.push(("date".to_owned(), http_date(moment)));
    }
    HttpResponse::new(status, headers, body.to_string().into_bytes())
}

fn page(status: u16) -> HttpResponse {
    HttpResponse::new(status, Vec::new(), b"<html>".to_vec())
}

/// RFC 9110 §5.6.7.
fn http_date(moment: std::time::SystemTime) -> String {
    let date = time::OffsetDateTime::from(moment);
    let (day, month) = (date.weekday().to_string(), date.month().to_string());
    let clock = format!("{:02}:{:02}:{:02}", date.hour(), date.minute(), date.second());
    format!("{}, {:02} {} {} {clock} GMT", &day[..3], date.day(), &month[..3], date.year())
}

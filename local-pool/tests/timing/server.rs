//! The program in a process of its own, with a pool that hides users, and a Lambda endpoint for its custom flow.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use serde_json::json;

use super::connection::Connection;

pub const PASSWORD: &str = "Correct-Horse-9";
const CLIENT: &str = "timedclient";
const POOL: &str = "us-east-1_Timed0001";

pub struct Server {
    child: Child,
    pub address: String,
    pub client: String,
    /// Held open: the program writes more than is read.
    _stdout: BufReader<ChildStdout>,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts it with the first of each of these users, and the third disabled; the second is nobody.
    pub fn start([confirmed, unconfirmed]: &[&[&str; 3]; 2]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("pool.toml");
        let users: String = [confirmed[0], confirmed[2]]
            .map(|name| {
                format!(
                    "[[pools.users]]\nusername = \"{name}\"\npassword = \"{PASSWORD}\"\n\
                     attributes = {{ email = \"{name}@example.com\", email_verified = \"true\" }}\n"
                )
            })
            .concat();
        let text = format!(
            "[[pools]]\nid = \"{POOL}\"\nlock_out = false\nrate_limits = false\n\
             first_factors = [\"PASSWORD\", \"EMAIL_OTP\"]\n\
             lambda = {{ DefineAuthChallenge = \"arn:aws:lambda:us-east-1:123456789012:function:any\", \
             CreateAuthChallenge = \"arn:aws:lambda:us-east-1:123456789012:function:any\" }}\n\
             [[pools.clients]]\nid = \"{CLIENT}\"\nprevent_user_existence_errors = true\n{users}"
        );
        std::fs::write(&config, text).unwrap();
        let program = std::env::var("LOCAL_POOL_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_local-pool").into());
        let endpoint = lambda_endpoint();
        let mut child = Command::new(&program)
            .args(["serve", "--lambda-endpoint", &endpoint, "--config"])
            .arg(&config)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").expect("the address is told").1.to_owned();
        let server = Self { child, address, client: CLIENT.into(), _stdout: stdout, _folder: folder };
        let mut connection = Connection::open(&server.address);
        for name in [unconfirmed[0], unconfirmed[2]] {
            let mail = json!([{ "Name": "email", "Value": format!("{name}@example.com") }]);
            let body = json!({ "ClientId": CLIENT, "Username": name, "Password": PASSWORD, "UserAttributes": mail });
            let answer = connection.call("SignUp", &body.to_string());
            assert!(answer["UserSub"].is_string(), "{answer}");
        }
        for name in [confirmed[2], unconfirmed[2]] {
            let body = json!({ "UserPoolId": POOL, "Username": name });
            connection.call("AdminDisableUser", &body.to_string());
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A Lambda endpoint whose every function asks for a custom challenge.
fn lambda_endpoint() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer_all(stream));
        }
    });
    address
}

fn answer_all(stream: TcpStream) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().ok()?
                }
                None if line.trim().is_empty() => break,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        let mut event: serde_json::Value = serde_json::from_slice(&body).ok()?;
        event["response"]["challengeName"] = json!("CUSTOM_CHALLENGE");
        event["response"]["publicChallengeParameters"] = json!({ "question": "?" });
        let text = event.to_string();
        write!(stream.get_mut(), "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{text}", text.len()).ok()?;
    }
}

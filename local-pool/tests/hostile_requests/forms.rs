//! Requests of STS and of the object store: forms, signatures and times nobody should send.

use local_pool::{IdentityPoolConfig, LocalPool, PoolConfig};

use super::http::Client;
use super::random::{Random, seed};

const REQUESTS: usize = 3_000;

const WORDS: [&str; 24] = [
    "",
    "a",
    "AssumeRoleWithWebIdentity",
    "GetCallerIdentity",
    "arn:aws:iam::000000000000:role/local-unauthenticated",
    "me@app",
    "eyJhbGciOiJSUzUxMiJ9.e30.AAAA",
    "e30.e30.",
    "900",
    "-1",
    "99999999999999999999",
    "%00%ff%",
    "%E4",
    "<a>&\"'</a>",
    "20150830T123600Z",
    "99991231T235959Z",
    "00000000T000000Z",
    "AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request",
    "host;x-amz-date",
    ";;;",
    "IQoJb3JpZ2luX2Vj",
    "UNSIGNED-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "application/x-www-form-urlencoded",
];

#[test]
fn forms_and_signatures() {
    let config = PoolConfig::default().with_identity_pool(IdentityPoolConfig::default());
    let pool = LocalPool::start_blocking(config).unwrap();
    let mut client = Client::new(pool.endpoint().trim_start_matches("http://").to_owned());
    let mut random = Random::of(seed(), 1);
    for number in 0..REQUESTS {
        let mut word = || {
            let word = random.one_of(&WORDS);
            if random.percent(5) { word.repeat(400) } else { word.to_owned() }
        };
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={}, SignedHeaders={}, Signature={}", word(), word(), word());
        let body = format!(
            "Action={}&RoleArn={}&RoleSessionName={}&WebIdentityToken={}&DurationSeconds={}&{}",
            word(),
            word(),
            word(),
            word(),
            word(),
            word()
        );
        let mut headers = String::from("Content-Type: application/x-www-form-urlencoded\r\n");
        for (name, value) in [
            ("Authorization", authorization),
            ("X-Amz-Date", word()),
            ("X-Amz-Security-Token", word()),
            ("X-Amz-Content-Sha256", word()),
        ] {
            headers.push_str(&format!("{name}: {value}\r\n"));
        }
        let path = random.one_of(&["/", "/", "/_local/s3/b/k", "/_local/s3/b/%zz/%00", "/_local/s3//"]);
        let reply = client.post(path, &headers, body.as_bytes());
        let shown = || format!("seed {}, request {number}: {path}\n{headers}\n{body}", seed());
        assert!((400..500).contains(&reply.status), "{}\n{}", reply.status, shown());
        assert!(reply.body.len() < 4_096, "{}", shown());
    }
}

//! Bytes for a server of HTTP to choke on.

use super::random::Random;

pub struct Attack {
    pub bytes: Vec<u8>,
    /// In how many parts, with pauses between them, the bytes are sent.
    pub parts: usize,
    /// Whether the client closes its side after the last byte.
    pub hangs_up: bool,
}

pub fn attack(random: &mut Random, host: &str) -> Attack {
    let bytes = match random.below(8) {
        0 => mutated(random, host),
        1 => framing(random, host),
        2 => chunking(random, host),
        3 => pipelined(random, host),
        4 => headers(random, host),
        5 => first_lines(random, host),
        6 => other_protocols(random),
        _ => {
            let good = request(host, "", "{}");
            let end = random.below(good.len());
            good[..end].to_vec()
        }
    };
    let parts = if random.percent(5) { 2 + random.below(6) } else { 1 };
    Attack { bytes, parts, hangs_up: random.percent(30) }
}

fn request(host: &str, headers: &str, body: &str) -> Vec<u8> {
    let target = "X-Amz-Target: AWSCognitoIdentityProviderService.ListUserPools";
    let length = body.len();
    format!("POST / HTTP/1.1\r\nHost: {host}\r\n{target}\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn with(host: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let target = "X-Amz-Target: AWSCognitoIdentityProviderService.ListUserPools";
    let mut bytes = format!("POST / HTTP/1.1\r\nHost: {host}\r\n{target}\r\n{headers}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn mutated(random: &mut Random, host: &str) -> Vec<u8> {
    let mut bytes = request(host, "Content-Type: application/json\r\n", "{\"MaxResults\":1}");
    for _ in 0..=random.below(6) {
        // One byte is left for the next change.
        if bytes.len() < 2 {
            break;
        }
        let place = random.below(bytes.len());
        match random.below(5) {
            0 => bytes[place] ^= 1 << random.below(8),
            1 => drop(bytes.remove(place)),
            2 => bytes.insert(place, random.one_of(&[0, b'\r', b'\n', b':', b' ', 0x80, 0xff])),
            3 => {
                let end = (place + random.below(40)).min(bytes.len());
                let copy = bytes[place..end].to_vec();
                bytes.splice(place..place, copy);
            }
            _ => bytes.truncate(place.max(1)),
        }
    }
    bytes
}

fn framing(random: &mut Random, host: &str) -> Vec<u8> {
    let headers = [
        "Content-Length: -1\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 0x2\r\n",
        "Content-Length: 2, 2\r\n",
        "Content-Length: 10\r\n",
        "Content-Length: 600000\r\n",
        "Content-Length: 600000\r\nExpect: 100-continue\r\n",
        "Content-Length: 2\r\nExpect: the worst\r\n",
        "Content-Length: \r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Encoding: gzip\r\nContent-Length: 2\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 2\r\n",
        "",
    ];
    let most = if random.percent(10) { 700_000 } else { 4 };
    let body = vec![b'{'; random.below(most)];
    with(host, random.one_of(&headers), &body)
}

fn chunking(random: &mut Random, host: &str) -> Vec<u8> {
    let chunks: [&[u8]; 14] = [
        b"2\r\n{}\r\n0\r\n\r\n",
        b"2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n",
        b"2\r\n{}",
        b"2\r\n{}x\r\n",
        b"2;ext=\"\x00\"\r\n{}\r\n0\r\n\r\n",
        b"zz\r\n{}\r\n",
        b"-2\r\n{}\r\n",
        b"ffffffffffffffff\r\n{}",
        b"10000000000000000\r\n{}",
        b"fffffff\r\n{}",
        b"\r\n\r\n",
        b"2\n{}\n0\n\n",
        b"0\r\n",
        b"0\r\nA: b\r\nA: b\r\n",
    ];
    let mut body = Vec::new();
    for _ in 0..=random.below(3) {
        body.extend_from_slice(random.one_of(&chunks));
    }
    if random.percent(5) {
        body = b"1;".to_vec();
        body.resize(200_000, b'a');
    }
    with(host, "Transfer-Encoding: chunked\r\n", &body)
}

fn pipelined(random: &mut Random, host: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..random.below(40) {
        let good = request(host, "", random.one_of(&["{}", "{\"MaxResults\":1}", "[", ""]));
        bytes.extend_from_slice(&good);
    }
    bytes.extend_from_slice(random.one_of(&[&b"GET"[..], b"\r\n\r\n", b"\0", b"GET / HTTP/1.1\r\n\r\n", b""]));
    bytes
}

fn headers(random: &mut Random, host: &str) -> Vec<u8> {
    let many = "X-Many: x\r\n".repeat(50 + random.below(400));
    let long = format!("X-Long: {}\r\n", "x".repeat(1_000 + random.below(200_000)));
    let target =
        format!("X-Amz-Target: AWSCognitoIdentityProviderService.{}\r\n", "A".repeat(1 + random.below(20_000)));
    let agent = format!("User-Agent: aws-sdk-{}/1\r\n", "x".repeat(random.below(30_000)));
    let odd = [
        "X-Fold: a\r\n b\r\n",
        "no colon here\r\n",
        ": empty\r\n",
        "X-Nul: \0\r\n",
        "X\0: a\r\n",
        "X-Bytes: \u{80}\u{ff}\r\n",
        "Host: evil.example\r\n",
        "X-Amz-Target: \u{e4}\r\n",
        "Connection: close\r\nConnection: keep-alive\r\n",
        "Origin: null\r\n",
        "X-Amz-Target: a\r\nX-Amz-Target: b\r\n",
        "X-Tab:\t\ta\t\r\n",
        "\r\n",
        "Range: bytes=0-1\r\n",
    ];
    let header = match random.below(6) {
        0 => many,
        1 => long,
        2 => target,
        3 => agent,
        _ => random.one_of(&odd).to_owned(),
    };
    request(host, &header, "{}")
}

fn first_lines(random: &mut Random, host: &str) -> Vec<u8> {
    let long = format!("GET /{} HTTP/1.1", "a".repeat(random.below(120_000)));
    let lines = [
        "GET /",
        "GET / HTTP/0.9",
        "GET / HTTP/3.0",
        "GET  / HTTP/1.1",
        "get / http/1.1",
        "CONNECT evil.example:443 HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "TRACE / HTTP/1.1",
        "HEAD /_local/outbox HTTP/1.1",
        "GET /%00 HTTP/1.1",
        "GET /%ff/%zz HTTP/1.1",
        "GET /../../etc/passwd HTTP/1.1",
        "GET http://evil.example/ HTTP/1.1",
        "GET \\ HTTP/1.1",
        "\0 / HTTP/1.1",
        "GET /? HTTP/1.1",
        "GET /_local/totp?secret=%ff%00 HTTP/1.1",
        "GET /_local/events?since=18446744073709551616 HTTP/1.1",
        "DELETE /_local/users/%00 HTTP/1.1",
        "POST /_local/users/a/b/c HTTP/1.1",
        "PUT /_local/faults/%2a HTTP/1.1",
        "GET /x/.well-known/jwks.json HTTP/1.1",
        "GET /confirmUser?client_id=&user_name=%f0&confirmation_code= HTTP/1.1",
        "GET /confirmUser?client_id=a HTTP/1.1",
        "POST //  HTTP/1.1",
        "GET /_local/outbox?kind=%00&user=%27 HTTP/1.1",
        "",
    ];
    let line = if random.percent(15) { long.as_str() } else { random.one_of(&lines) };
    format!("{line}\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}

fn other_protocols(random: &mut Random) -> Vec<u8> {
    match random.below(6) {
        0 => b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec(),
        1 => b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03".repeat(20),
        2 => b"EHLO evil.example\r\nMAIL FROM:<a@b.example>\r\n".to_vec(),
        3 => b"*1\r\n$4\r\nINFO\r\n".to_vec(),
        4 => (0..random.below(5_000)).map(|_| u8::try_from(random.below(256)).unwrap()).collect(),
        _ => vec![0; random.below(100_000)],
    }
}

//! AWS Signature Version 4 in an `Authorization` header: reading one, and what it should be ("Create a signed AWS API
//! request" in the IAM user guide). Its published examples are the tests.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{hex, hmac_sha256, same_secret, sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// All but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What an `Authorization` header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authorization {
    pub access_key_id: String,
    /// `YYYYMMDD`
    pub date: String,
    pub region: String,
    pub service: String,
    /// In small letters, in order.
    pub signed_headers: Vec<String>,
    pub signature: String,
}

/// What is signed, as it came.
pub(crate) struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    /// Names in small letters.
    pub headers: &'a [(String, String)],
    /// SHA-256 of the body in hexadecimal, or what stands for it.
    pub payload: &'a str,
    /// `YYYYMMDDTHHMMSSZ`
    pub time: &'a str,
    pub path_encoding: PathEncoding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathEncoding {
    /// Of S3: the path is encoded.
    Once,
    /// Of all others: what came is encoded once more.
    Twice,
}

impl Authorization {
    /// None: it has another form.
    pub fn read(header: &str) -> Option<Self> {
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for part in header.strip_prefix(ALGORITHM)?.split(',') {
            match part.trim().split_once('=')? {
                ("Credential", value) => credential = Some(value),
                ("SignedHeaders", value) => signed_headers = Some(value),
                ("Signature", value) => signature = Some(value),
                _ => return None,
            }
        }
        let parts: Vec<&str> = credential?.split('/').collect();
        let [access_key_id, date, region, service, "aws4_request"] = parts[..] else { return None };
        Some(Self {
            access_key_id: access_key_id.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers: signed_headers?.split(';').map(str::to_owned).collect(),
            signature: signature?.to_owned(),
        })
    }

    pub fn signs(&self, header: &str) -> bool {
        self.signed_headers.iter().any(|signed| signed == header)
    }

    /// Whether the signature is that of the request by this secret.
    pub fn is_of(&self, request: &Request<'_>, secret: &str) -> bool {
        same_secret(self.signature.as_bytes(), self.expected(request, secret).as_bytes())
    }

    fn expected(&self, request: &Request<'_>, secret: &str) -> String {
        let scope = format!("{}/{}/{}/aws4_request", self.date, self.region, self.service);
        let canonical = hex(&sha256(&[self.canonical(request).as_bytes()]));
        let to_sign = format!("{ALGORITHM}\n{}\n{scope}\n{canonical}", request.time);
        let mut key = hmac_sha256(format!("AWS4{secret}").as_bytes(), &[self.date.as_bytes()]);
        for part in [&self.region, &self.service, "aws4_request", &to_sign] {
            key = hmac_sha256(&key, &[part.as_bytes()]);
        }
        hex(&key)
    }

    fn canonical(&self, request: &Request<'_>) -> String {
        let header = |name: &String| {
            let values = request.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| folded(value));
            format!("{name}:{}\n", values.collect::<Vec<_>>().join(","))
        };
        format!(
            "{}\n{}\n{}\n{}\n{}\n{}",
            request.method,
            canonical_path(request.path, request.path_encoding),
            canonical_query(request.query),
            self.signed_headers.iter().map(header).collect::<String>(),
            self.signed_headers.join(";"),
            request.payload,
        )
    }
}

/// Without blanks around it, and with one for several within.
fn folded(value: &str) -> String {
    value.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

fn canonical_path(path: &str, encoding: PathEncoding) -> String {
    let segment = |segment: &str| match encoding {
        PathEncoding::Once => {
            let decoded: Vec<u8> = percent_decode_str(segment).collect();
            percent_encoding::percent_encode(&decoded, ENCODED).to_string()
        }
        PathEncoding::Twice => utf8_percent_encode(segment, ENCODED).to_string(),
    };
    let path = path.split('/').map(segment).collect::<Vec<_>>().join("/");
    if path.is_empty() { "/".into() } else { path }
}

fn canonical_query(query: &str) -> String {
    let encoded = |text: &str| {
        let decoded: Vec<u8> = percent_decode_str(text).collect();
        percent_encoding::percent_encode(&decoded, ENCODED).to_string()
    };
    let parts = query.split('&').filter(|part| !part.is_empty());
    let mut pairs: Vec<(String, String)> = parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (encoded(name), encoded(value))
        })
        .collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// AWS's published examples, which the client's signer is tested with too.
    #[derive(Deserialize)]
    struct Examples {
        access_key_id: String,
        secret_access_key: String,
        region: String,
        service: String,
        time: String,
        cases: Vec<Example>,
    }

    #[derive(Deserialize)]
    struct Example {
        name: String,
        method: String,
        target: String,
        headers: Vec<(String, String)>,
        body: String,
        canonical: String,
        signature: Option<String>,
        #[serde(default)]
        twice: bool,
        #[serde(default)]
        normalize: bool,
        #[serde(default)]
        sign_body: bool,
        token: Option<String>,
    }

    fn examples() -> Examples {
        serde_json::from_str(include_str!("../../../tests/vectors/sigv4.json")).unwrap()
    }

    #[test]
    fn signatures_are_those_of_the_published_examples() {
        let examples = examples();
        let mut checked = 0;
        for example in &examples.cases {
            let (path, query) = example.target.split_once('?').unwrap_or((&example.target, ""));
            // Dots and empty segments come as they are: no path of the two services has any that mean something.
            if example.normalize && ["//", "/."].iter().any(|odd| path.contains(odd)) {
                continue;
            }
            let payload = hex(&sha256(&[example.body.as_bytes()]));
            let mut headers: Vec<(String, String)> =
                example.headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect();
            let mut add = |name: &str, value: &str| {
                if !headers.iter().any(|(known, _)| known == name) {
                    headers.push((name.to_owned(), value.to_owned()));
                }
            };
            add("x-amz-date", &examples.time);
            example.token.iter().for_each(|token| add("x-amz-security-token", token));
            if example.sign_body {
                add("x-amz-content-sha256", &payload);
            }
            let lines: Vec<&str> = example.canonical.lines().collect();
            let text = format!(
                "AWS4-HMAC-SHA256 Credential={}/20150830/{}/{}/aws4_request, SignedHeaders={}, Signature=0",
                examples.access_key_id,
                examples.region,
                examples.service,
                lines[lines.len() - 2]
            );
            let authorization = Authorization::read(&text).unwrap();
            let path_encoding = if example.twice { PathEncoding::Twice } else { PathEncoding::Once };
            let (method, time) = (example.method.as_str(), examples.time.as_str());
            let request = Request { method, path, query, headers: &headers, payload: &payload, time, path_encoding };
            if !example.twice {
                assert_eq!(authorization.canonical(&request), example.canonical, "{}", example.name);
            }
            assert_eq!(lines[1], canonical_path(path, path_encoding), "{}", example.name);
            if let Some(signature) = &example.signature {
                assert_eq!(
                    authorization.expected(&request, &examples.secret_access_key),
                    *signature,
                    "{}",
                    example.name
                );
            }
            checked += 1;
        }
        assert!(checked > 30, "{checked}");
    }

    #[test]
    fn an_authorization_of_another_form_is_none() {
        let good = "AWS4-HMAC-SHA256 Credential=K/20150830/r/s/aws4_request, SignedHeaders=host, Signature=ab";
        assert!(Authorization::read(good).is_some());
        assert_eq!(Authorization::read(&good.replace(", ", ",")), Authorization::read(good));
        for bad in [
            "",
            "Bearer x",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=K/20150830/r/s/aws4_request",
            "AWS4-HMAC-SHA256 Credential=K/20150830/r/s, SignedHeaders=host, Signature=ab",
            "AWS4-HMAC-SHA256 Credential=K/1/r/s/aws4_request, SignedHeaders=host, Signature=ab, More=1",
            "AWS4-HMAC-SHA512 Credential=K/20150830/r/s/aws4_request, SignedHeaders=host, Signature=ab",
        ] {
            assert_eq!(Authorization::read(bad), None, "{bad}");
        }
    }
}

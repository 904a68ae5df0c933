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
    /// Of S3.
    Once,
    /// Of all others.
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
    let segment = |segment: &str| {
        let decoded: Vec<u8> = percent_decode_str(segment).collect();
        let once = percent_encoding::percent_encode(&decoded, ENCODED).to_string();
        match encoding {
            PathEncoding::Once => once,
            PathEncoding::Twice => utf8_percent_encode(&once, ENCODED).to_string(),
        }
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
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const TIME: &str = "20150830T123600Z";

    /// One of AWS's published examples: method, path, query, headers, body, signature.
    type Example<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);

    fn signature(example: &Example<'_>, path_encoding: PathEncoding) -> String {
        let (method, path, query, more, body, _) = *example;
        let mut headers = vec![("host", "example.amazonaws.com"), ("x-amz-date", TIME)];
        headers.extend(more);
        let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut names: Vec<_> = headers.iter().map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        let text = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={}, \
             Signature=0",
            names.join(";")
        );
        let payload = hex(&sha256(&[body.as_bytes()]));
        let request = Request { method, path, query, headers: &headers, payload: &payload, time: TIME, path_encoding };
        Authorization::read(&text).unwrap().expected(&request, SECRET)
    }

    #[test]
    fn signatures_are_those_of_the_published_examples() {
        let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
        let values =
            [("my-header1", "value4"), ("my-header1", "value1"), ("my-header1", "value3"), ("my-header1", "value2")];
        let examples: [Example<'_>; 12] = [
            ("GET", "/", "", &[], "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            ("POST", "/", "", &[], "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
            (
                "GET",
                "/",
                "Param2=value2&Param1=value1",
                &[],
                "",
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            ),
            (
                "GET",
                "/",
                "Param1=value2&Param1=value1",
                &[],
                "",
                "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694",
            ),
            (
                "POST",
                "/",
                "",
                &[("content-type", "application/x-www-form-urlencoded")],
                "Param1=value1",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
            (
                "GET",
                "/",
                "",
                &[("my-header1", " value1"), ("my-header2", " \"a   b   c\"")],
                "",
                "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
            ),
            ("GET", "/", "", &values, "", "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
            ("GET", "/", "%E1%88%B4=bar", &[], "", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
            ("GET", "/%E1%88%B4", "", &[], "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
            (
                "GET",
                "/example%20space/",
                "",
                &[],
                "",
                "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
            ),
            (
                "GET",
                "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
                "",
                &[],
                "",
                "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
            ),
            (
                "GET",
                "/",
                "",
                &[("x-amz-security-token", token)],
                "",
                "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
            ),
        ];
        for example in &examples {
            assert_eq!(signature(example, PathEncoding::Once), example.5, "{example:?}");
        }
    }

    /// The published examples sign paths as S3 does; other services encode what came once more, as their SDKs do.
    #[test]
    fn other_services_than_s3_encode_paths_twice() {
        let example: Example<'_> = ("GET", "/example%20space/", "", &[], "", "");
        let expected = "446b817944c553435b35e813c261ff4e161fff982d1bacdef1c87f6785dd1662";
        assert_eq!(signature(&example, PathEncoding::Twice), expected);
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

//! The little of CBOR (RFC 8949) that an authenticator writes, in the order CTAP2 wants it.

/// The public key as COSE writes it (RFC 9053, section 7.1.1): EC2, ES256, P-256 and the point.
pub(super) fn cose_key(x: &[u8], y: &[u8]) -> Vec<u8> {
    const KIND_ALGORITHM_CURVE: [u8; 7] = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];
    const X: u8 = 0x21;
    const Y: u8 = 0x22;
    let mut key = KIND_ALGORITHM_CURVE.to_vec();
    key.push(X);
    put_bytes(&mut key, x);
    key.push(Y);
    put_bytes(&mut key, y);
    key
}

/// An attestation object (WebAuthn, section 6.5) without attestation.
pub(super) fn attestation_object(authenticator_data: &[u8]) -> Vec<u8> {
    const MAP_OF_THREE: u8 = 0xa3;
    const EMPTY_MAP: u8 = 0xa0;
    let mut object = vec![MAP_OF_THREE];
    put_text(&mut object, "fmt");
    put_text(&mut object, "none");
    put_text(&mut object, "attStmt");
    object.push(EMPTY_MAP);
    put_text(&mut object, "authData");
    put_bytes(&mut object, authenticator_data);
    object
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_length(out, 0x40, bytes.len());
    out.extend_from_slice(bytes);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_length(out, 0x60, text.len());
    out.extend_from_slice(text.as_bytes());
}

/// The head of a string (section 3.1); none here has 2³² bytes.
fn put_length(out: &mut Vec<u8>, kind: u8, length: usize) {
    let bytes = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    match bytes {
        [0, 0, 0, length @ 0..24] => out.push(kind | length),
        [0, 0, 0, length] => out.extend([kind | 24, length]),
        [0, 0, high, low] => out.extend([kind | 25, high, low]),
        _ => {
            out.push(kind | 26);
            out.extend(bytes);
        }
    }
}

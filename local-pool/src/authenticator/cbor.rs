//! What an authenticator writes in CBOR, its members in the order that CTAP2 wants.

use ciborium::Value;

/// The public key as COSE writes it (RFC 9053, section 7.1.1).
pub(super) fn cose_key(x: &[u8], y: &[u8]) -> Vec<u8> {
    written(vec![
        // EC2, ES256, P-256 and the point.
        (1.into(), 2.into()),
        (3.into(), (-7).into()),
        ((-1).into(), 1.into()),
        ((-2).into(), x.into()),
        ((-3).into(), y.into()),
    ])
}

/// An attestation object (WebAuthn, section 6.5) without attestation.
pub(super) fn attestation_object(authenticator_data: &[u8]) -> Vec<u8> {
    written(vec![
        ("fmt".into(), "none".into()),
        ("attStmt".into(), Value::Map(Vec::new())),
        ("authData".into(), authenticator_data.into()),
    ])
}

fn written(map: Vec<(Value, Value)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Memory takes whatever is written to it.
    drop(ciborium::into_writer(&Value::Map(map), &mut bytes));
    bytes
}

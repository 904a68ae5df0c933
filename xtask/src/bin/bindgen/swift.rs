//! What UniFFI's Swift generator gets wrong about types that `uniffi.toml` renames, put right in its text. Fails where it
//! does not find what it expects, so that another release of the generator cannot drop a step in silence.

/// What `uniffi.toml` renames, as it stands there and as Rust has it. The generator spells the converter of such a type in
/// two ways: from the new name where the type is used, from Rust's where it prints itself. Rust's is taken for both.
const RENAMED_TYPES: [(&str, &str); 6] = [
    ("A_W_S_Credentials_Options", "AwsCredentialsOptions"),
    ("M_F_A_Preference", "MfaPreference"),
    ("M_F_A_Setting", "MfaSetting"),
    ("M_F_A_Type", "MfaType"),
    ("T_O_T_P_Setup_Details", "TotpSetupDetails"),
    ("Verify_T_O_T_P_Setup_Options", "VerifyTotpSetupOptions"),
];

/// The generated text with one name for each converter.
pub(crate) fn complete(generated: &str) -> Result<String, String> {
    let mut text = generated.to_owned();
    for (new, old) in RENAMED_TYPES {
        let converter = format!("Type{new}");
        if !text.contains(&converter) {
            return Err(format!(
                "the generated Swift does not have {converter}: is {old} still renamed in uniffi.toml?"
            ));
        }
        text = text.replace(&converter, &format!("Type{old}"));
    }
    match text.match_indices("_S_").chain(text.match_indices("_A_")).chain(text.match_indices("_P_")).next() {
        Some((at, _)) => {
            let line = text[..at].lines().last().unwrap_or_default();
            Err(format!("a type is renamed in uniffi.toml and not known here, see `{}…`", line.trim_start()))
        }
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_type_has_one_converter() {
        let uses: String = RENAMED_TYPES.iter().map(|(new, _)| format!("FfiConverterType{new}.read\n")).collect();
        let text = complete(&format!("{uses}FfiConverterTypeMfaType_lower(self)")).unwrap();
        assert!(
            text.contains("FfiConverterTypeMfaType.read\n") && text.contains("FfiConverterTypeMfaType_lower"),
            "{text}"
        );
        assert!(!text.contains("M_F_A"), "{text}");
    }

    #[test]
    fn a_type_that_is_renamed_on_one_side_only_is_an_error() {
        assert!(complete("another generator's text").unwrap_err().contains("M_F_A_Preference"));
        let uses: String = RENAMED_TYPES.iter().map(|(new, _)| format!("FfiConverterType{new}.read\n")).collect();
        assert!(complete(&format!("{uses}FfiConverterTypeA_W_S_Region.read")).unwrap_err().contains("not known here"));
    }
}

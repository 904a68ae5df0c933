//! The picture that an authenticator app is set up by.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::QrCode;
use qrcode::render::svg;

/// `otpauth://totp/...` as apps read it.
pub(crate) fn address(pool_name: &str, username: &str, secret: &str) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let (issuer, username) = (encoded(pool_name), encoded(username));
    format!("otpauth://totp/{issuer}:{username}?secret={secret}&issuer={issuer}")
}

/// It as an SVG to be put into a page. None: it is too long for a picture.
pub(crate) fn picture(address: &str, label: &str) -> Option<String> {
    let code = QrCode::new(address).ok()?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(192, 192).build();
    let (_, svg) = drawn.split_once("<svg ")?;
    Some(format!("<svg role=\"img\" aria-label=\"{}\" {svg}", label.replace(['"', '<', '&'], "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_an_svg_and_nothing_else() {
        let address = address("my pool", "ann@example.com", "JBSWY3DPEHPK3PXP");
        assert_eq!(address, "otpauth://totp/my%20pool:ann%40example%2Ecom?secret=JBSWY3DPEHPK3PXP&issuer=my%20pool");
        let picture = picture(&address, "a \"label\" <b>").unwrap();
        assert!(picture.starts_with("<svg role=\"img\" aria-label=\"a label b>\" ") && picture.ends_with("</svg>"));
        assert!(!picture.contains("<script") && !picture.contains("<?xml"));
        assert!(super::picture(&"x".repeat(10_000), "").is_none());
    }
}

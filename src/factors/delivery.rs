//! Where the service says it sent a code.

/// How a code was sent.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum DeliveryMedium {
    /// By e-mail.
    Email,
    /// By text message.
    Sms,
    /// By something that this release does not know.
    Unknown {
        /// The service's word for it.
        name: String,
    },
}

impl DeliveryMedium {
    /// The medium that the service calls so.
    pub(crate) fn from_wire(name: String) -> Self {
        match name.as_str() {
            "EMAIL" => Self::Email,
            "SMS" => Self::Sms,
            _ => Self::Unknown { name },
        }
    }
}

/// Where a code was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct CodeDeliveryDetails {
    /// The address or number, masked by the service (for example `a***@e***`).
    pub destination: Option<String>,
    /// How it was sent.
    pub medium: Option<DeliveryMedium>,
    /// The attribute that holds the destination, for example `email`.
    pub attribute_name: Option<String>,
}

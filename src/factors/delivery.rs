//! Where the service says it sent a code.

use crate::support::shown::shows;

/// How a code was sent.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
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
shows!(enum DeliveryMedium { Email, Sms, Unknown { name } });

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
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct CodeDeliveryDetails {
    /// The address or number, masked by the service (for example `a***@e***`).
    pub destination: Option<String>,
    /// How it was sent.
    pub medium: Option<DeliveryMedium>,
    /// The attribute that holds the destination, for example `email`.
    pub attribute_name: Option<String>,
}
shows!(CodeDeliveryDetails { medium, attribute_name });

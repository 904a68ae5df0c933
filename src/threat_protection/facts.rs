//! What the platform or the app knows about the device.

use std::collections::HashMap;

/// Says what is known about the device, for Cognito's threat protection. Called from a background thread, before the
/// requests that sign somebody in or up or reset a password; one that takes more than 250 ms or fails is left out.
pub trait DeviceFacts: Send + Sync + std::fmt::Debug {
    /// The facts under the names that Cognito knows: `ApplicationName`, `ApplicationVersion`, `ApplicationTargetSdk`,
    /// `DeviceName`, `DeviceBrand`, `DeviceHardware`, `DeviceFingerprint`, `DeviceLanguage`, `DeviceOsReleaseVersion`,
    /// `DeviceSdkVersion`, `PhoneType`, `Product`, `BuildType`, `ClientTimezone` (`±hh:mm`), `ScreenHeightPixels`,
    /// `ScreenWidthPixels`, `ThirdPartyDeviceId`, `Platform` (`ANDROID` or `iOS`). `DeviceId` is added unless it is among
    /// them.
    ///
    /// # Errors
    /// When they cannot be had; the request then goes without any.
    fn facts(&self) -> Result<HashMap<String, String>, DeviceFactsUnavailable>;
}

/// Nothing is known about the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the facts about the device cannot be had")]
pub struct DeviceFactsUnavailable;

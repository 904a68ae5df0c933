//! The calls about remembered devices.

use super::AuthCore;
use super::table::calls;
use crate::devices::AuthDevice;

calls! {
    /// Has the service ask for no second factor on this device.
    fn remember_device(client) -> () { client.remember_device() }

    /// Has the service forget a device of the user: this one, or the one with that id.
    fn forget_device(client, id: Option<String>) -> () { client.forget_device(id) }

    /// The devices that the service knows for the user.
    fn fetch_devices(client) -> Vec<AuthDevice> { client.fetch_devices() }
}

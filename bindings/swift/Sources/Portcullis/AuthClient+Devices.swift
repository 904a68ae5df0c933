import PortcullisCore

/// A device that the service knows for the user.
public typealias AuthDevice = PortcullisCore.AuthDevice

extension AuthClient {
    /// Has the service ask for no second factor on this device (Cognito's `UpdateDeviceStatus`). Only pools that let the
    /// user decide need it; others remember every device.
    /// - Throws: ``AuthError/invalidState(_:)`` with the code `device_not_tracked`, ``AuthError/notSignedIn(_:)``,
    ///   ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func rememberDevice() async throws {
        try await cancellable { [core] in try await core.rememberDevice(cancel: $0) }
    }

    /// Has the service forget a device of the user (Cognito's `ForgetDevice`). The service renews no tokens that are bound
    /// to a device it has forgotten, so after forgetting this one the session ends with its present tokens.
    /// - Parameter id: the ``AuthDevice/id`` of the device; `nil`: this one.
    /// - Throws: ``AuthError/invalidState(_:)`` with the code `device_not_tracked`, ``AuthError/configuration(_:)`` with
    ///   the code `resource_not_found` (there is no such device), ``AuthError/notSignedIn(_:)``,
    ///   ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func forgetDevice(id: String? = nil) async throws {
        try await cancellable { [core] in try await core.forgetDevice(id: id, cancel: $0) }
    }

    /// The devices that the service knows for the user (Cognito's `ListDevices`), all of them.
    /// - Throws: ``AuthError/service(_:)`` with the code `misconfigured` (the pool does not track devices),
    ///   ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func fetchDevices() async throws -> [AuthDevice] {
        try await cancellable { [core] in try await core.fetchDevices(cancel: $0) }
    }
}

import Foundation
import PortcullisCore

/// What the service is told about this device.
public typealias PlatformDetails = PortcullisCore.PlatformDetails

extension PlatformDetails {
    /// What can be found out about this device: its model on phones, tablets and watches (what the user calls it is
    /// personal), the host's name elsewhere.
    public static var ofThisDevice: PlatformDetails {
        #if os(iOS) || os(tvOS) || os(watchOS) || os(visionOS)
        PlatformDetails(deviceName: ThisDevice.model)
        #else
        PlatformDetails(deviceName: ThisDevice.hostName)
        #endif
    }
}

/// What the system says about the machine.
enum ThisDevice {
    /// The kind of machine, for example `iPhone17,1` or `x86_64`; `nil` if the system does not say.
    static var model: String? {
        ProcessInfo.processInfo.environment["SIMULATOR_MODEL_IDENTIFIER"] ?? system { $0.machine }
    }

    /// The host's name; `nil` if the system does not say.
    static var hostName: String? {
        system { $0.nodename }
    }

    private static func system<Text>(_ part: (utsname) -> Text) -> String? {
        var names = utsname()
        guard uname(&names) == 0 else { return nil }
        return withUnsafeBytes(of: part(names)) { bytes in
            let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            return text.isEmpty ? nil : text
        }
    }
}

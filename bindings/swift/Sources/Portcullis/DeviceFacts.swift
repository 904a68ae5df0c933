import Foundation
import PortcullisCore

/// Says what is known about the device, for Cognito's threat protection, under the names that Cognito knows (for example
/// `DeviceName` or `ClientTimezone`). Called from a background thread; what takes more than 250 ms or throws is left out
/// of the request.
public typealias DeviceFacts = PortcullisCore.DeviceFacts

/// What the system says about the app and the device: the app's name and version, the model, the system's version, the
/// language and the time zone. Nothing that names the user.
public final class SystemDeviceFacts: DeviceFacts {
    /// The facts of this process and device.
    public init() {}

    /// The facts, as they are now.
    public func facts() -> [String: String] {
        let version = ProcessInfo.processInfo.operatingSystemVersion
        let facts: [String: String?] = [
            "ApplicationName": Bundle.main.bundleIdentifier,
            "ApplicationVersion": applicationVersion,
            "DeviceName": ThisDevice.model,
            "PhoneType": ThisDevice.model,
            "DeviceOsReleaseVersion": "\(version.majorVersion).\(version.minorVersion).\(version.patchVersion)",
            "DeviceLanguage": Locale.preferredLanguages.first,
            "ClientTimezone": offset(TimeZone.current.secondsFromGMT()),
        ]
        return facts.compactMapValues { $0 }
    }

    private var applicationVersion: String? {
        let name = Bundle.main.object(forInfoDictionaryKey: "CFBundleShortVersionString") as? String
        let build = Bundle.main.object(forInfoDictionaryKey: "CFBundleVersion") as? String
        let parts = [name, build].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "-")
    }

    /// `±hh:mm`
    private func offset(_ seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        let digits = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return (seconds < 0 ? "-" : "+") + digits.joined(separator: ":")
    }
}

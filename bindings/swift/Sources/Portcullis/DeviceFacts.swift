import Foundation
import PortcullisCore

/// What threat protection is told about the device: what the app says, or else what the system does.
final class FactsOfTheDevice: DeviceFacts {
    private let tell: @Sendable () throws -> [String: String]

    init(_ tell: (@Sendable () throws -> [String: String])?) {
        self.tell = tell ?? SystemFacts.all
    }

    func facts() throws -> [String: String] {
        do {
            return try tell()
        } catch {
            throw DeviceFactsError.Unavailable
        }
    }
}

/// What the system says about the app and the device: the app's name and version, the model, the system's version, the
/// language and the time zone. Nothing that names the user.
private enum SystemFacts {
    @Sendable static func all() -> [String: String] {
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

    private static var applicationVersion: String? {
        let name = Bundle.main.object(forInfoDictionaryKey: "CFBundleShortVersionString") as? String
        let build = Bundle.main.object(forInfoDictionaryKey: "CFBundleVersion") as? String
        let parts = [name, build].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "-")
    }

    /// `±hh:mm`
    private static func offset(_ seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        let digits = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return (seconds < 0 ? "-" : "+") + digits.joined(separator: ":")
    }
}

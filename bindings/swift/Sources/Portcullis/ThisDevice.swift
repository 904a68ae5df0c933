import Foundation

/// What this device is called.
enum ThisDevice {
    /// The model on phones, tablets and watches (what the user calls it is personal), the host's name elsewhere; `nil` if
    /// the system does not say.
    static var name: String? {
        #if os(iOS) || os(tvOS) || os(watchOS) || os(visionOS)
        model
        #else
        system { $0.nodename }
        #endif
    }

    /// The kind of machine, for example `iPhone17,1` or `x86_64`; `nil` if the system does not say.
    static var model: String? {
        ProcessInfo.processInfo.environment["SIMULATOR_MODEL_IDENTIFIER"] ?? system { $0.machine }
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

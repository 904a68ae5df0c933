import Foundation

extension AuthError {
    /// What whoever uses the app may read about this failure: a sentence that says what they can do, in their language
    /// (English, German, Spanish, French, Japanese or Arabic; English for the others).
    ///
    /// An app's own texts go first: those of the string catalogue `Portcullis` in the app, under `portcullis.` and
    /// ``AuthErrorCode/messageKey``. `bindings/swift/Words/Portcullis.xcstrings` is one to begin with.
    /// - Parameter locale: whose language; `nil`: the app's, as the system has chosen it.
    public func userMessage(locale: Locale? = nil) -> String {
        code.userMessage(locale: locale)
    }
}

extension AuthErrorCode {
    /// The name of the message for users: codes that leave them the same choice share one, for example `network`.
    public var messageKey: String {
        UserMessageTable.key(of: rawValue)
    }

    /// As ``AuthError/userMessage(locale:)``, for a code that an event or a result has.
    public func userMessage(locale: Locale? = nil) -> String {
        let language = Self.language(of: locale)
        return Self.text(ofTheApp: "portcullis.\(messageKey)", in: locale == nil ? nil : language)
            ?? UserMessageTable.text(of: messageKey, in: language)
    }

    private static func language(of locale: Locale?) -> String {
        let tag = locale?.identifier ?? Bundle.main.preferredLocalizations.first ?? Locale.current.identifier
        return tag.prefix { $0 != "_" && $0 != "-" }.lowercased()
    }

    private static func text(ofTheApp key: String, in language: String?) -> String? {
        var bundle = Bundle.main
        if let language {
            guard let path = bundle.path(forResource: language, ofType: "lproj"), let own = Bundle(path: path) else {
                return nil
            }
            bundle = own
        }
        // What is nowhere comes back as it was asked for.
        let found = bundle.localizedString(forKey: key, value: key, table: "Portcullis")
        return found == key ? nil : found
    }
}

extension AuthError: LocalizedError {
    /// What the user may read: ``userMessage(locale:)`` in the app's language. Alerts of the system show it.
    public var errorDescription: String? { userMessage() }
}

extension AuthError: CustomNSError {
    /// The domain of the `NSError` that Objective-C and crash reporters see.
    public static var errorDomain: String { "dev.portcullis" }
    /// ``AuthErrorCode/number``: the same in every release.
    public var errorCode: Int { code.number }
    /// What the user may read; code, request id and operation, for reports. No text of the service.
    public var errorUserInfo: [String: Any] {
        var info: [String: Any] = [NSLocalizedDescriptionKey: userMessage(), "code": code.rawValue]
        info["requestId"] = requestId
        info["operation"] = operation
        return info
    }
}

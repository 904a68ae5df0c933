/// The name of a ``UserAttribute``: the standard attributes (OpenID Connect Core §5.1) that an app can write, and the pool's own.
public struct AuthUserAttributeKey: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The name as the service has it, for example `family_name`.
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }

    public static let address = Self(rawValue: "address")
    /// As `YYYY-MM-DD`.
    public static let birthdate = Self(rawValue: "birthdate")
    public static let email = Self(rawValue: "email")
    public static let familyName = Self(rawValue: "family_name")
    public static let gender = Self(rawValue: "gender")
    public static let givenName = Self(rawValue: "given_name")
    public static let locale = Self(rawValue: "locale")
    public static let middleName = Self(rawValue: "middle_name")
    public static let name = Self(rawValue: "name")
    public static let nickname = Self(rawValue: "nickname")
    /// In E.164 form: `+` and digits.
    public static let phoneNumber = Self(rawValue: "phone_number")
    public static let picture = Self(rawValue: "picture")
    public static let preferredUsername = Self(rawValue: "preferred_username")
    public static let profile = Self(rawValue: "profile")
    public static let updatedAt = Self(rawValue: "updated_at")
    public static let website = Self(rawValue: "website")
    public static let zoneinfo = Self(rawValue: "zoneinfo")

    /// The full name of a custom attribute: `custom("tenant")` is `custom:tenant`.
    public static func custom(_ name: String) -> Self {
        Self(rawValue: "custom:\(name)")
    }
}

extension UserAttribute {
    /// An attribute by its key: `UserAttribute(.email, value: "ann@example.com")`.
    public init(_ key: AuthUserAttributeKey, value: String) {
        self.init(name: key.rawValue, value: value)
    }
}

/// Names for ``UserAttribute``: the standard attributes (OpenID Connect Core §5.1) that an app can write.
public enum AuthUserAttributeKey {
    public static let address = "address"
    /// As `YYYY-MM-DD`.
    public static let birthdate = "birthdate"
    public static let email = "email"
    public static let familyName = "family_name"
    public static let gender = "gender"
    public static let givenName = "given_name"
    public static let locale = "locale"
    public static let middleName = "middle_name"
    public static let name = "name"
    public static let nickname = "nickname"
    /// In E.164 form: `+` and digits.
    public static let phoneNumber = "phone_number"
    public static let picture = "picture"
    public static let preferredUsername = "preferred_username"
    public static let profile = "profile"
    public static let updatedAt = "updated_at"
    public static let website = "website"
    public static let zoneinfo = "zoneinfo"

    /// The full name of a custom attribute: `custom("tenant")` is `custom:tenant`.
    public static func custom(_ name: String) -> String {
        "custom:\(name)"
    }
}

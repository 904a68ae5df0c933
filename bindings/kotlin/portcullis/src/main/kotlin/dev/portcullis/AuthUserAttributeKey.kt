package dev.portcullis

/** Names for [UserAttribute]: the standard attributes (OpenID Connect Core §5.1) that an app can write. */
public object AuthUserAttributeKey {
    public const val ADDRESS: String = "address"

    /** As `YYYY-MM-DD`. */
    public const val BIRTHDATE: String = "birthdate"
    public const val EMAIL: String = "email"
    public const val FAMILY_NAME: String = "family_name"
    public const val GENDER: String = "gender"
    public const val GIVEN_NAME: String = "given_name"
    public const val LOCALE: String = "locale"
    public const val MIDDLE_NAME: String = "middle_name"
    public const val NAME: String = "name"
    public const val NICKNAME: String = "nickname"

    /** In E.164 form: `+` and digits. */
    public const val PHONE_NUMBER: String = "phone_number"
    public const val PICTURE: String = "picture"
    public const val PREFERRED_USERNAME: String = "preferred_username"
    public const val PROFILE: String = "profile"
    public const val UPDATED_AT: String = "updated_at"
    public const val WEBSITE: String = "website"
    public const val ZONEINFO: String = "zoneinfo"

    /** The full name of a custom attribute: `custom("tenant")` is `custom:tenant`. */
    public fun custom(name: String): String = "custom:$name"
}

package dev.portcullis

/** What [Auth.confirmSignIn] takes to choose this factor (the service's name for it, for example `EMAIL_OTP`). */
public val FirstFactor.challengeResponse: String get() = coreCall { firstFactorName(this) }

/** What [Auth.confirmSignIn] takes to choose this factor (the service's name for it, for example `SMS_MFA`). */
public val MfaType.challengeResponse: String get() = coreCall { mfaTypeName(this) }

/**
 * The `otpauth://totp/…` address for a QR code, which authenticator apps read. It holds the secret: show it to the user
 * only.
 *
 * @param appName what the authenticator app shows as issuer
 * @param accountName what it shows as account; null: the user name
 */
public fun TotpSetupDetails.setupUri(
    appName: String,
    accountName: String? = null,
): String = coreCall { totpSetupUri(this, appName, accountName) }

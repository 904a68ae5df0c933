package dev.portcullis

// Names that Amplify Android has for what is called otherwise here, so that the compiler says so and Android Studio offers
// to put it right. None can be used. docs/coming-from-amplify.md lists them, and a test compares the two.

/** Calls of Amplify that [AuthClient] has under other names; members, as the calls themselves are. */
public sealed interface AmplifyNames {
    @Deprecated("Renamed to setUpTotp.", ReplaceWith("setUpTotp()"), DeprecationLevel.ERROR)
    public fun setUpTOTP(): Nothing = refused()

    @Deprecated("Renamed to verifyTotpSetup.", ReplaceWith("verifyTotpSetup(code)"), DeprecationLevel.ERROR)
    public fun verifyTOTPSetup(code: String): Nothing = refused()

    @Deprecated("Renamed to fetchMfaPreference.", ReplaceWith("fetchMfaPreference()"), DeprecationLevel.ERROR)
    public fun fetchMFAPreference(): Nothing = refused()

    @Deprecated("Renamed to updateMfaPreference.", ReplaceWith("updateMfaPreference(sms, totp, email)"), DeprecationLevel.ERROR)
    public fun updateMFAPreference(
        sms: MfaSetting? = null,
        totp: MfaSetting? = null,
        email: MfaSetting? = null,
    ): Nothing = refused()

    @Deprecated("Renamed to sendVerificationCode.", ReplaceWith("sendVerificationCode(attributeName)"), DeprecationLevel.ERROR)
    public fun resendUserAttributeConfirmationCode(attributeName: String): Nothing = refused()

    @Deprecated("Renamed to forgetDevice.", ReplaceWith("forgetDevice(device.id)"), DeprecationLevel.ERROR)
    public fun forgetDevice(device: AuthDevice): Nothing = refused()

    @Deprecated(
        "Renamed to associatePasskey.",
        ReplaceWith("associatePasskey(CredentialManagerPresenter(callingActivity))"),
        DeprecationLevel.ERROR,
    )
    public fun associateWebAuthnCredential(callingActivity: Any): Nothing = refused()

    @Deprecated("Renamed to listPasskeys.", ReplaceWith("listPasskeys()"), DeprecationLevel.ERROR)
    public fun listWebAuthnCredentials(): Nothing = refused()

    @Deprecated("Renamed to deletePasskey.", ReplaceWith("deletePasskey(credentialId)"), DeprecationLevel.ERROR)
    public fun deleteWebAuthnCredential(credentialId: String): Nothing = refused()
}

/** No Kotlin comes here. */
private fun refused(): Nothing = throw UnsupportedOperationException("renamed: docs/coming-from-amplify.md")

@Deprecated("Renamed to tokensOutcome.", ReplaceWith("tokensOutcome"), DeprecationLevel.ERROR)
public val AuthSession.userPoolTokensResult: TokensOutcome get() = tokensOutcome

@Deprecated("Renamed to setupUri.", ReplaceWith("setupUri(appName, accountName)"), DeprecationLevel.ERROR)
public fun TotpSetupDetails.getSetupURI(
    appName: String,
    accountName: String? = null,
): String = setupUri(appName, accountName)

@Deprecated("Renamed to SignUpResult.", ReplaceWith("SignUpResult"), DeprecationLevel.ERROR)
public typealias AuthSignUpResult = SignUpResult

@Deprecated("Renamed to SignInResult.", ReplaceWith("SignInResult"), DeprecationLevel.ERROR)
public typealias AuthSignInResult = SignInResult

@Deprecated("Renamed to SignInStep.", ReplaceWith("SignInStep"), DeprecationLevel.ERROR)
public typealias AuthSignInStep = SignInStep

@Deprecated("Renamed to SignUpStep.", ReplaceWith("SignUpStep"), DeprecationLevel.ERROR)
public typealias AuthSignUpStep = SignUpStep

@Deprecated("Renamed to SignOutResult.", ReplaceWith("SignOutResult"), DeprecationLevel.ERROR)
public typealias AuthSignOutResult = SignOutResult

@Deprecated("Renamed to SignOutResult.", ReplaceWith("SignOutResult"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthSignOutResult = SignOutResult

@Deprecated("Renamed to ResetPasswordResult.", ReplaceWith("ResetPasswordResult"), DeprecationLevel.ERROR)
public typealias AuthResetPasswordResult = ResetPasswordResult

@Deprecated("Renamed to ResetPasswordStep.", ReplaceWith("ResetPasswordStep"), DeprecationLevel.ERROR)
public typealias AuthResetPasswordStep = ResetPasswordStep

@Deprecated("Renamed to UpdateUserAttributeResult.", ReplaceWith("UpdateUserAttributeResult"), DeprecationLevel.ERROR)
public typealias AuthUpdateAttributeResult = UpdateUserAttributeResult

@Deprecated("Renamed to UpdateUserAttributeStep.", ReplaceWith("UpdateUserAttributeStep"), DeprecationLevel.ERROR)
public typealias AuthUpdateAttributeStep = UpdateUserAttributeStep

@Deprecated("Renamed to CodeDeliveryDetails.", ReplaceWith("CodeDeliveryDetails"), DeprecationLevel.ERROR)
public typealias AuthCodeDeliveryDetails = CodeDeliveryDetails

@Deprecated("Renamed to UserAttribute.", ReplaceWith("UserAttribute"), DeprecationLevel.ERROR)
public typealias AuthUserAttribute = UserAttribute

@Deprecated("Renamed to AuthFlow.", ReplaceWith("AuthFlow"), DeprecationLevel.ERROR)
public typealias AuthFlowType = AuthFlow

@Deprecated("Renamed to FirstFactor.", ReplaceWith("FirstFactor"), DeprecationLevel.ERROR)
public typealias AuthFactorType = FirstFactor

@Deprecated("Renamed to MfaType.", ReplaceWith("MfaType"), DeprecationLevel.ERROR)
public typealias MFAType = MfaType

@Deprecated("Renamed to MfaSetting.", ReplaceWith("MfaSetting"), DeprecationLevel.ERROR)
public typealias MFAPreference = MfaSetting

@Deprecated("Renamed to MfaPreference.", ReplaceWith("MfaPreference"), DeprecationLevel.ERROR)
public typealias UserMFAPreference = MfaPreference

@Deprecated("Renamed to TotpSetupDetails.", ReplaceWith("TotpSetupDetails"), DeprecationLevel.ERROR)
public typealias TOTPSetupDetails = TotpSetupDetails

@Deprecated("Renamed to Passkey.", ReplaceWith("Passkey"), DeprecationLevel.ERROR)
public typealias AuthWebAuthnCredential = Passkey

@Deprecated("Renamed to AuthSession.", ReplaceWith("AuthSession"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthSession = AuthSession

@Deprecated("Renamed to AuthTokens.", ReplaceWith("AuthTokens"), DeprecationLevel.ERROR)
public typealias AWSCognitoUserPoolTokens = AuthTokens

@Deprecated("Renamed to SignUpOptions.", ReplaceWith("SignUpOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthSignUpOptions = SignUpOptions

@Deprecated("Renamed to ConfirmSignUpOptions.", ReplaceWith("ConfirmSignUpOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthConfirmSignUpOptions = ConfirmSignUpOptions

@Deprecated("Renamed to ResendSignUpCodeOptions.", ReplaceWith("ResendSignUpCodeOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthResendSignUpCodeOptions = ResendSignUpCodeOptions

@Deprecated("Renamed to SignInOptions.", ReplaceWith("SignInOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthSignInOptions = SignInOptions

@Deprecated("Renamed to ConfirmSignInOptions.", ReplaceWith("ConfirmSignInOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthConfirmSignInOptions = ConfirmSignInOptions

@Deprecated("Renamed to SignOutOptions.", ReplaceWith("SignOutOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthSignOutOptions = SignOutOptions

@Deprecated("Renamed to ResetPasswordOptions.", ReplaceWith("ResetPasswordOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthResetPasswordOptions = ResetPasswordOptions

@Deprecated("Renamed to ConfirmResetPasswordOptions.", ReplaceWith("ConfirmResetPasswordOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthConfirmResetPasswordOptions = ConfirmResetPasswordOptions

@Deprecated("Renamed to UpdateUserAttributesOptions.", ReplaceWith("UpdateUserAttributesOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthUpdateUserAttributesOptions = UpdateUserAttributesOptions

@Deprecated("Renamed to SendVerificationCodeOptions.", ReplaceWith("SendVerificationCodeOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthResendUserAttributeConfirmationCodeOptions = SendVerificationCodeOptions

@Deprecated("Renamed to VerifyTotpSetupOptions.", ReplaceWith("VerifyTotpSetupOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthVerifyTOTPSetupOptions = VerifyTotpSetupOptions

@Deprecated("Renamed to ListPasskeysOptions.", ReplaceWith("ListPasskeysOptions"), DeprecationLevel.ERROR)
public typealias AWSCognitoAuthListWebAuthnCredentialsOptions = ListPasskeysOptions

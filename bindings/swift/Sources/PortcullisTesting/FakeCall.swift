/// A call of `AuthProtocol`, by its name.
public enum FakeCall: String, Sendable, CaseIterable {
    case load, getCurrentUser, switchAccount, fetchAuthSession, verifySession, setRefreshMetadataProvider, signOut
    case signUp, confirmSignUp, resendSignUpCode, autoSignIn
    case signIn, confirmSignIn, signInWithPasskey, resendSignInCode, cancelSignIn
    case signInWithWebUI, signOutWithWebUI, beginWebUISignIn, completeWebUISignIn, cancelWebUISignIn, webUISignOut
    case resetPassword, confirmResetPassword, updatePassword
    case fetchUserAttributes, fetchVerifiedContacts, updateUserAttributes, updateUserAttribute, deleteUserAttributes
    case sendVerificationCode, confirmUserAttribute, deleteUser
    case setUpTOTP, verifyTOTPSetup, fetchMFAPreference, updateMFAPreference
    case associatePasskey, beginPasskeyRegistration, completePasskeyRegistration, listPasskeys, deletePasskey
    case rememberDevice, forgetDevice, fetchDevices
    case fetchAWSCredentials, signAWSRequest, fetchIdentityId, fetchOpenIdToken, clearIdentity
    case federateToIdentityPool, clearFederation, setTokenProvider
}

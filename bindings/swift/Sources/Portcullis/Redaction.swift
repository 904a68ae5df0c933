// The same for the copies that this module has of generated types as `Printing.swift` says of those: what the service says
// of the user, and what an app tells its Lambda triggers, is personal, and only the names are printed and dumped.

extension SignInStep: CustomReflectable {
    /// The step and what belongs to it, without values that are personal or secret.
    public var customMirror: Mirror {
        let shown: Any? = switch self {
        case .confirmSignInWithCustomChallenge(let parameters): names(parameters)
        case .confirmSignInWithNewPassword(let parameters, let missingAttributes):
            (parameters: names(parameters), missingAttributes: missingAttributes)
        case .confirmSignInWithSMSMFACode(let details), .confirmSignInWithOTP(let details): details
        case .continueSignInWithMFASelection(let types), .continueSignInWithMFASetupSelection(let types): types
        case .continueSignInWithFirstFactorSelection(let factors): factors
        case .confirmSignInWithPassword, .confirmSignInWithPasskey, .confirmSignInWithTOTPCode,
            .continueSignInWithTOTPSetup, .continueSignInWithEmailMFASetup, .confirmSignUp, .resetPassword, .done: nil
        }
        let children: [Mirror.Child] = shown.map { [(label: nil, value: $0)] } ?? []
        return Mirror(self, children: children, displayStyle: .enum)
    }
}

extension SignInOptions: CustomReflectable {
    /// The flow, what becomes of another user's session, and of metadata the names.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "authFlow": authFlow as Any,
                "clientMetadata": names(clientMetadata),
                "validationData": names(validationData),
                "existingSession": existingSession as Any,
            ],
            displayStyle: .struct
        )
    }
}

extension SignUpOptions: CustomReflectable {
    /// The names of metadata and attributes, and how the sign-in afterwards goes.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "userAttributes": userAttributes,
                "validationData": names(validationData),
                "clientMetadata": names(clientMetadata),
                "autoSignIn": autoSignIn as Any,
            ],
            displayStyle: .struct
        )
    }
}

extension AutoSignInOptions: CustomReflectable {
    /// Whether it comes and how, and of metadata the names.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "enabled": enabled,
                "authFlow": authFlow as Any,
                "validationData": names(validationData),
                "clientMetadata": names(clientMetadata),
            ],
            displayStyle: .struct
        )
    }
}

private func names(_ values: [String: String]) -> [String] {
    values.keys.sorted()
}

package dev.portcullis.demo

import dev.portcullis.AuthState
import dev.portcullis.SignInResult
import dev.portcullis.SignInStep
import dev.portcullis.SignUpStep

internal fun title(text: String) = println("\n== $text")

internal fun called(
    call: String,
    answer: Any?,
) = println("   $call\n      -> $answer")

internal fun detail(text: String) = println("         $text")

internal fun show(state: AuthState): String =
    when (state) {
        AuthState.SignedOut -> "signed out"
        is AuthState.SignedIn -> "signed in: ${state.user.username}, ${state.user.userId}"
        is AuthState.SessionExpired -> "session expired: ${state.error.code}"
        is AuthState.Federated -> "federated: ${state.identityId}"
        is AuthState.Unknown -> "not known: ${state.reason}"
    }

internal fun show(step: SignUpStep): String =
    when (step) {
        is SignUpStep.ConfirmUser -> "confirm the user: a code went to ${step.deliveryDetails?.destination}"
        SignUpStep.CompleteAutoSignIn -> "confirmed: autoSignIn() asks nothing again"
        SignUpStep.Done -> "done"
    }

internal fun show(result: SignInResult): String =
    when (val step = result.nextStep) {
        is SignInStep.ConfirmSignInWithCustomChallenge -> "a custom challenge: ${step.parameters}"
        is SignInStep.ConfirmSignInWithNewPassword -> "next step: a new password, and ${step.missingAttributes}"
        is SignInStep.ConfirmSignInWithSmsMfaCode -> "next step: the code sent to ${step.deliveryDetails.destination}"
        is SignInStep.ConfirmSignInWithTotpCode -> "next step: the code of the authenticator app ${step.friendlyDeviceName}"
        is SignInStep.ConfirmSignInWithOtp -> "next step: the code sent to ${step.deliveryDetails.destination}"
        SignInStep.ConfirmSignInWithPassword -> "next step: the password"
        is SignInStep.ConfirmSignInWithPasskey -> "next step: a passkey"
        is SignInStep.ContinueSignInWithMfaSelection -> "next step: choose among ${step.types}"
        is SignInStep.ContinueSignInWithMfaSetupSelection -> "next step: choose what to set up among ${step.types}"
        is SignInStep.ContinueSignInWithTotpSetup -> "next step: set up an authenticator app"
        SignInStep.ContinueSignInWithEmailMfaSetup -> "next step: an e-mail address for codes"
        is SignInStep.ContinueSignInWithFirstFactorSelection -> "next step: choose among ${step.factors}"
        SignInStep.ConfirmSignUp -> "next step: confirm the sign-up"
        SignInStep.ResetPassword -> "next step: reset the password"
        SignInStep.Done -> "done, signed in: ${result.isSignedIn}"
    }

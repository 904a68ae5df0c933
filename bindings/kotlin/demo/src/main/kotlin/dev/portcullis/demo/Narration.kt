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
        is AuthState.Unknown -> "not known: ${state.reason}"
    }

internal fun show(step: SignUpStep): String =
    when (step) {
        is SignUpStep.ConfirmUser -> "confirm the user: a code went to ${step.deliveryDetails?.destination}"
        SignUpStep.Done -> "done"
    }

internal fun show(result: SignInResult): String =
    when (val step = result.nextStep) {
        is SignInStep.ConfirmSignInWithCustomChallenge -> "a custom challenge: ${step.parameters}"
        SignInStep.ConfirmSignUp -> "next step: confirm the sign-up"
        SignInStep.ResetPassword -> "next step: reset the password"
        SignInStep.Done -> "done, signed in: ${result.isSignedIn}"
    }

package dev.portcullis.support

import dev.portcullis.AuthConfiguration
import dev.portcullis.AuthEvent
import dev.portcullis.AuthException
import dev.portcullis.AuthUser
import dev.portcullis.FirstFactor
import dev.portcullis.MfaType
import dev.portcullis.PasskeyFailure
import dev.portcullis.Token
import dev.portcullis.TotpSetupDetails
import dev.portcullis.challengeResponse
import dev.portcullis.hubName
import dev.portcullis.passkeyException
import dev.portcullis.setupUri

/** A program that uses everything which needs no client, twice, and prints a line for each. */
object EntryPoints {
    private val all: List<() -> Any?> =
        listOf(
            { AuthConfiguration("eu-west-1_Pool", "client") },
            { AuthConfiguration.json("{}") },
            { AuthConfiguration.amplifyOutputs("{}") },
            { FirstFactor.EmailOtp.challengeResponse },
            { MfaType.Sms.challengeResponse },
            { TotpSetupDetails("secret", "ann").setupUri("app") },
            { AuthEvent.SignedOut(AuthUser("ann", "id")).hubName },
            { passkeyException(PasskeyFailure.FAILED, "text") },
            { Token("a.b.c").claims },
        )

    @JvmStatic
    fun main(arguments: Array<String>) {
        for (entryPoint in all + all) {
            try {
                println("done ${entryPoint()}")
            } catch (failure: AuthException) {
                println("${failure.code} ${failure.javaClass.simpleName} ${failure.message}")
            }
        }
    }
}

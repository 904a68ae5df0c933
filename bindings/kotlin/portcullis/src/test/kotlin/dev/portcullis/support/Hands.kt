package dev.portcullis.support

import dev.portcullis.PasskeyFailure
import dev.portcullis.PasskeyPresenter
import dev.portcullis.passkeyException
import java.nio.ByteBuffer
import java.time.Instant
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/** The user's authenticator app (RFC 6238: SHA-1, 30 seconds, six digits). */
class AuthenticatorApp(sharedSecret: String) {
    private val key = SecretKeySpec(base32(sharedSecret), "HmacSHA1")

    /**
     * The code that it shows now, or some steps ago or ahead. A code counts once, and one step off is fine, so a story
     * has three.
     */
    fun code(stepsFromNow: Long = 0): String {
        val counter = Instant.now().epochSecond / 30 + stepsFromNow
        val hash = Mac.getInstance("HmacSHA1").apply { init(key) }.doFinal(ByteBuffer.allocate(8).putLong(counter).array())
        val number = ByteBuffer.wrap(hash, hash.last().toInt() and 15, 4).int and Int.MAX_VALUE
        return "%06d".format(number % 1_000_000)
    }

    private fun base32(text: String): ByteArray {
        val alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        val bits = text.trimEnd('=').toList().joinToString("") { alphabet.indexOf(it).toString(2).padStart(5, '0') }
        return bits.chunked(8).filter { it.length == 8 }.map { it.toInt(2).toByte() }.toByteArray()
    }
}

/** The user's phone with its passkeys: the software authenticator of the local pool. */
class SoftwareAuthenticator(private val server: LocalPool) : PasskeyPresenter {
    override suspend fun create(requestJson: String): String =
        try {
            server.local("authenticator/create", requestJson)
        } catch (refused: IllegalStateException) {
            if ("already_registered" !in refused.message.orEmpty()) throw refused
            throw passkeyException(PasskeyFailure.ALREADY_REGISTERED, "this authenticator has one")
        }

    override suspend fun get(requestJson: String): String = server.local("authenticator/get", requestJson)
}

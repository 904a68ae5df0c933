package dev.portcullis.testing

import dev.portcullis.AuthTokens
import dev.portcullis.AuthUser
import dev.portcullis.Token
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.Base64
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/**
 * Tokens that look like Cognito's and are signed by nobody. Making them needs no native library; [Token.claims] does.
 *
 * @param claims texts for the ID token, over what the user gives, for example `"email" to "ann@example.org"`
 * @param expiresAt when both expire; in an hour by default
 */
public fun testTokens(
    user: AuthUser,
    claims: Map<String, String> = emptyMap(),
    expiresAt: Instant = Instant.now().plus(1, ChronoUnit.HOURS),
): AuthTokens {
    val access =
        token("access", user, expiresAt) {
            put("username", user.username)
            put("scope", "aws.cognito.signin.user.admin")
        }
    val id =
        token("id", user, expiresAt) {
            put("cognito:username", user.username)
            claims.forEach { (name, value) -> put(name, value) }
        }
    return AuthTokens(access, id, expiresAt)
}

private fun token(
    use: String,
    user: AuthUser,
    expiresAt: Instant,
    claims: JsonObjectBuilder.() -> Unit,
): Token {
    val header = buildJsonObject { put("alg", "none") }
    val payload =
        buildJsonObject {
            put("sub", user.userId)
            put("token_use", use)
            put("exp", expiresAt.epochSecond)
            claims()
        }
    return Token("${encoded(header)}.${encoded(payload)}.")
}

private fun encoded(part: JsonObject): String =
    Base64.getUrlEncoder().withoutPadding().encodeToString(part.toString().encodeToByteArray())

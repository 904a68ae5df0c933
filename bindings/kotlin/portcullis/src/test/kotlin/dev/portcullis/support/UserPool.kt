package dev.portcullis.support

import dev.portcullis.AuthConfiguration
import dev.portcullis.MfaType
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject
import kotlin.time.Duration

const val PASSWORD = "Correct-horse-7"

/** One user pool of the local pool, with its app client. */
class UserPool(val server: LocalPool, val id: String, val clientId: String, val clientSecret: String?) {
    /** What happens to its users at the service: `pool.users.revokeTokens("ann")`. */
    val users: PoolUsers get() = PoolUsers(server, id)

    fun configuration(
        endpoint: String = server.endpoint,
        totalTimeout: Duration? = null,
    ): AuthConfiguration =
        AuthConfiguration(id, clientId, clientSecret = clientSecret, endpoint = endpoint, totalTimeout = totalTimeout)

    /** A confirmed user, made by an administrator. */
    fun createUser(
        name: String,
        password: String = PASSWORD,
        attributes: Map<String, String> = mapOf("email" to "$name@example.org"),
    ): String {
        invite(name, password, attributes)
        server.call("AdminSetUserPassword") {
            put("UserPoolId", id)
            put("Username", name)
            put("Password", password)
            put("Permanent", true)
        }
        return name
    }

    /** A user with a temporary password. */
    fun invite(
        name: String,
        temporaryPassword: String,
        attributes: Map<String, String> = mapOf("email" to "$name@example.org"),
    ) {
        server.call("AdminCreateUser") {
            put("UserPoolId", id)
            put("Username", name)
            put("TemporaryPassword", temporaryPassword)
            put("MessageAction", "SUPPRESS")
            putJsonArray("UserAttributes") {
                for ((attribute, value) in attributes) {
                    addJsonObject {
                        put("Name", attribute)
                        put("Value", value)
                    }
                }
            }
        }
    }

    /** A confirmed user with a verified e-mail address and phone number. */
    fun createReachableUser(name: String): String =
        createUser(
            name,
            attributes =
                mapOf(
                    "email" to "$name@example.org",
                    "email_verified" to "true",
                    "phone_number" to "+15551234567",
                    "phone_number_verified" to "true",
                ),
        )

    /** Switches second factors of a user on. */
    fun enableFactors(
        name: String,
        vararg factors: MfaType,
        preferred: MfaType? = null,
    ) {
        server.call("AdminSetUserMFAPreference") {
            put("UserPoolId", id)
            put("Username", name)
            for (factor in factors) {
                val member =
                    when (factor) {
                        MfaType.Sms -> "SMSMfaSettings"
                        MfaType.Totp -> "SoftwareTokenMfaSettings"
                        MfaType.Email -> "EmailMfaSettings"
                        is MfaType.Other -> error(factor.name)
                    }
                putJsonObject(member) {
                    put("Enabled", true)
                    put("PreferredMfa", factor == preferred)
                }
            }
        }
    }

    /** The newest code that was sent to the user. */
    fun code(
        user: String,
        kind: String = "signup",
    ): String = server.codes(id, user, kind).last()
}

/** Six digits, but not these. */
fun otherThan(code: String): String = if (code == "000000") "111111" else "000000"

package dev.portcullis.support

import dev.portcullis.AuthConfiguration
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlin.time.Duration

const val PASSWORD = "Correct-horse-7"

/** One user pool of the local pool, with its app client. */
class UserPool(val server: LocalPool, val id: String, val clientId: String, val clientSecret: String?) {
    fun configuration(
        endpoint: String = server.endpoint,
        totalTimeout: Duration? = null,
    ): AuthConfiguration =
        AuthConfiguration(id, clientId, clientSecret = clientSecret, endpoint = endpoint, totalTimeout = totalTimeout)

    /** A confirmed user, made by an administrator. */
    fun createUser(
        name: String,
        password: String = PASSWORD,
    ): String {
        server.call("AdminCreateUser") {
            put("UserPoolId", id)
            put("Username", name)
            put("MessageAction", "SUPPRESS")
            putJsonArray("UserAttributes") {
                addJsonObject {
                    put("Name", "email")
                    put("Value", "$name@example.org")
                }
            }
        }
        server.call("AdminSetUserPassword") {
            put("UserPoolId", id)
            put("Username", name)
            put("Password", password)
            put("Permanent", true)
        }
        return name
    }

    /** The newest code that was sent to the user. */
    fun code(
        user: String,
        kind: String = "signup",
    ): String = server.codes(id, user, kind).last()
}

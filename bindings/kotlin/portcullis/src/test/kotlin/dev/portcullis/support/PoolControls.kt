package dev.portcullis.support

import java.net.URLEncoder
import kotlin.time.Duration
import kotlin.time.DurationUnit
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.double
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/** Something that goes wrong with a request. */
sealed interface Fault {
    /** The request is handled after a while. */
    data class Delay(val time: Duration) : Fault

    /** The request is not handled; this is the answer. `errorType` becomes the header `x-amzn-ErrorType`. */
    data class Answer(val status: Int, val body: String = "", val errorType: String? = null) : Fault

    /** The request is not handled; the service's exception is the answer. */
    data class ServiceException(val name: String, val status: Int = 400, val message: String = "") : Fault

    /** The request is not handled; the connection is reset. */
    object Reset : Fault

    /** The request is handled and its effect stays, but no answer comes. */
    object DropAfterCommit : Fault
}

/** What goes wrong with requests, by operation; `*` is every request. The whole server's: a story that uses it has one. */
class PoolFaults(private val server: LocalPool) {
    /** Every request of an operation has this fault until it is cleared. */
    fun set(
        operation: String,
        fault: Fault,
    ) = send("PUT", operation) { put(fault) }

    /** The next requests of an operation have this fault, after those that are lined up already. */
    fun queue(
        operation: String,
        fault: Fault,
        times: Int = 1,
    ) = send("POST", operation) {
        put(fault)
        put("times", times)
    }

    /** Lets requests of an operation through before what is queued next. */
    fun letThrough(
        operation: String,
        times: Int = 1,
    ) = send("POST", operation) {
        put("fault", "let_through")
        put("times", times)
    }

    fun clear(operation: String) {
        server.local("faults/${encoded(operation)}", method = "DELETE")
    }

    fun clearAll() {
        server.local("faults", method = "DELETE")
    }

    private fun send(
        method: String,
        operation: String,
        body: JsonObjectBuilder.() -> Unit,
    ) {
        server.local("faults/${encoded(operation)}", buildJsonObject(body).toString(), method)
    }

    private fun JsonObjectBuilder.put(fault: Fault) {
        when (fault) {
            is Fault.Delay -> {
                put("fault", "delay")
                put("seconds", fault.time.toDouble(DurationUnit.SECONDS))
            }
            is Fault.Answer -> {
                put("fault", "answer")
                put("status", fault.status)
                put("body", fault.body)
                fault.errorType?.let { put("error_type", it) }
            }
            is Fault.ServiceException -> {
                put("fault", "exception")
                put("name", fault.name)
                put("status", fault.status)
                put("message", fault.message)
            }
            Fault.Reset -> put("fault", "reset")
            Fault.DropAfterCommit -> put("fault", "drop_after_commit")
        }
    }
}

/**
 * The time that the service has, the whole server's. Calls answer with the time it shows then, in seconds since 1970. A
 * client learns of it from the next answer's `Date`.
 */
class PoolClock(private val server: LocalPool) {
    fun now(): Double = shown(server.local("clock", method = "GET"))

    fun advance(by: Duration): Double = move("advance", by)

    fun turnBack(by: Duration): Double = move("turn-back", by)

    /** Stops the clock at a time in seconds since 1970, or without one where it is. */
    fun freeze(at: Double? = null): Double = shown(server.local("clock/freeze", at?.let { """{"at":$it}""" }))

    /** Lets the clock run on from the time it shows. */
    fun resume(): Double = shown(server.local("clock/resume"))

    private fun move(
        route: String,
        by: Duration,
    ): Double = shown(server.local("clock/$route", """{"seconds":${by.toDouble(DurationUnit.SECONDS)}}"""))

    private fun shown(answer: String): Double =
        Json.parseToJsonElement(answer).jsonObject.getValue("now").jsonPrimitive.double
}

/** What happens to the users of a pool at the service. They go by user name, alias or sub. */
class PoolUsers(private val server: LocalPool, private val poolId: String) {
    /** Adds a confirmed user; no trigger runs. */
    fun create(
        username: String,
        password: String = PASSWORD,
        attributes: Map<String, String> = emptyMap(),
    ) {
        val body =
            buildJsonObject {
                put("username", username)
                put("password", password)
                putJsonObject("attributes") { attributes.forEach { (name, value) -> put(name, value) } }
            }
        server.local("users?pool=$poolId", body.toString())
    }

    /** Revokes all tokens, as GlobalSignOut does. */
    fun revokeTokens(username: String) = send("POST", username, "/revoke-tokens")

    /** Makes the refresh tokens expire now; access tokens live on. */
    fun expireRefreshTokens(username: String) = send("POST", username, "/expire-refresh-tokens")

    /** Disables a user and signs them out everywhere. */
    fun disable(username: String) = send("POST", username, "/disable")

    fun enable(username: String) = send("POST", username, "/enable")

    fun delete(username: String) = send("DELETE", username, "")

    /** Forgets every device of a user. */
    fun forgetDevices(username: String) = send("DELETE", username, "/devices")

    /** Makes a user reset the password; no code is sent. */
    fun requirePasswordReset(username: String) = send("POST", username, "/require-password-reset")

    /** Sets a permanent password. */
    fun setPassword(
        username: String,
        password: String,
    ) = send("PUT", username, "/password", buildJsonObject { put("password", password) }.toString())

    private fun send(
        method: String,
        username: String,
        what: String,
        body: String? = null,
    ) {
        server.local("users/${encoded(username)}$what?pool=$poolId", body, method)
    }
}

/** How many requests of each operation came to the server, those with a fault too. */
fun LocalPool.requests(): Map<String, Int> {
    val counted = Json.parseToJsonElement(local("requests", method = "GET")).jsonObject.getValue("requests").jsonObject
    return counted.mapValues { (_, count) -> count.jsonPrimitive.int }
}

/** A name as one part of a path. */
private fun encoded(name: String): String = URLEncoder.encode(name, Charsets.UTF_8).replace("+", "%20")

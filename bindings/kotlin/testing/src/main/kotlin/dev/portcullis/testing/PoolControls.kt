package dev.portcullis.testing

import java.time.Instant
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.DurationUnit
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.double
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put

internal val DAY = 1.days

/** Something that goes wrong with a request. */
public sealed interface Fault {
    /** The request is handled after a while. */
    public class Delay(
        /** How long. */
        public val time: Duration,
    ) : Fault

    /** The request is not handled; the service's exception is the answer, for example `TooManyRequestsException`. */
    public class ServiceException(
        /** Its name. */
        public val name: String,
        /** HTTP status. */
        public val status: Int = 400,
        /** Its text. */
        public val message: String = "",
    ) : Fault

    /** The request is not handled; the connection is reset. */
    public data object Reset : Fault

    /** The request is handled and its effect stays, but no answer comes. */
    public data object DropAfterCommit : Fault
}

/** What goes wrong with requests, by operation; `*` is every request. */
public class PoolFaults internal constructor(private val server: LocalPool) {
    /** Every request of an operation has this fault until it is cleared. */
    public fun set(
        operation: String,
        fault: Fault,
    ): Unit = send("PUT", operation) { put(fault) }

    /** The next requests of an operation have this fault, after those that are lined up already. */
    public fun queue(
        operation: String,
        fault: Fault,
        times: Int = 1,
    ): Unit =
        send("POST", operation) {
            put(fault)
            put("times", times)
        }

    /** Nothing goes wrong any more. */
    public fun clearAll() {
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

/** The time that the service has. A client learns of it from the next answer. Calls give the time it shows then. */
public class PoolClock internal constructor(private val server: LocalPool) {
    /** What it shows. */
    public fun now(): Instant = shown(server.local("clock", method = "GET"))

    /** Sets it forward. */
    public fun advance(by: Duration): Instant = move("advance", by)

    /** Sets it back. */
    public fun turnBack(by: Duration): Instant = move("turn-back", by)

    /** Stops it where it is. */
    public fun freeze(): Instant = shown(server.local("clock/freeze"))

    /** Lets it run on from the time it shows. */
    public fun resume(): Instant = shown(server.local("clock/resume"))

    private fun move(
        route: String,
        by: Duration,
    ): Instant = shown(server.local("clock/$route", """{"seconds":${by.toDouble(DurationUnit.SECONDS)}}"""))

    private fun shown(answer: String): Instant {
        val seconds = Json.parseToJsonElement(answer).jsonObject.getValue("now").jsonPrimitive.double
        return Instant.ofEpochMilli((seconds * MILLIS).toLong())
    }

    private companion object {
        const val MILLIS = 1000
    }
}

package dev.portcullis.testing

import dev.portcullis.AuthClient
import dev.portcullis.AuthConfiguration
import dev.portcullis.Storage
import java.io.File
import java.io.IOException
import java.io.InputStream
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Files
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/**
 * The program local-pool as a child process: to all that an app can tell, Cognito. It ends with [close], or with the JVM.
 */
public class LocalPool private constructor(private val process: Process) : AutoCloseable {
    private val log = CopyOnWriteArrayList<String>()
    private val clients = CopyOnWriteArrayList<AuthClient>()
    private val listening = CompletableFuture<String>()
    private val outputs = CompletableFuture<String>()
    private val atExit = Thread { process.destroyForcibly() }

    /** `http://127.0.0.1:PORT` */
    public val endpoint: String

    init {
        Runtime.getRuntime().addShutdownHook(atExit)
        Thread({ readOutput() }, "local-pool").apply { isDaemon = true }.start()
        Thread({ readLines(process.errorStream) { log += it } }, "local-pool-log").apply { isDaemon = true }.start()
        endpoint =
            try {
                listening.get(START_SECONDS, TimeUnit.SECONDS)
            } catch (ended: ExecutionException) {
                close()
                throw IllegalStateException(ended.cause?.message, ended)
            } catch (late: TimeoutException) {
                close()
                throw IllegalStateException("local-pool did not listen within $START_SECONDS s:\n" + log.joinToString("\n"), late)
            }
    }

    /** Where it listens, then the JSON of its first pool, if it has one. */
    private fun readOutput() {
        var json: String? = null
        readLines(process.inputStream) { line ->
            log += line
            if (LISTENING in line) listening.complete(line.substringAfter(LISTENING))
            json = if (line == OUTPUTS) "" else json?.plus(line + "\n")
            json?.takeIf { line == "}" }?.let(outputs::complete)
        }
        // What it says at its end comes by the other stream.
        process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)
        val ended = IllegalStateException("local-pool ended:\n" + log.joinToString("\n"))
        listening.completeExceptionally(ended)
        outputs.completeExceptionally(ended)
    }

    private fun readLines(
        stream: InputStream,
        read: (String) -> Unit,
    ) {
        try {
            stream.bufferedReader().forEachLine(read)
        } catch (_: IOException) {
            // Closed, and so is the process.
        }
    }

    /** The password of users that are made without one. */
    public val password: String get() = PASSWORD

    /**
     * The `amplify_outputs.json` of the first pool.
     *
     * @throws IllegalStateException if there is none
     */
    public val amplifyOutputs: String
        get() =
            try {
                outputs.get(STOP_SECONDS, TimeUnit.SECONDS)
            } catch (none: TimeoutException) {
                throw IllegalStateException("the configuration that local-pool was started with has no pool", none)
            }

    /** What a client of the first pool is made with. */
    public fun configuration(): AuthConfiguration = AuthConfiguration.amplifyOutputs(amplifyOutputs)

    /** A client of the first pool, closed together with this. */
    public fun client(storage: Storage = Storage.Memory): AuthClient =
        AuthClient(configuration(), storage).also { clients += it }

    /** Adds a confirmed user, whose e-mail address is verified. Gives the user name. */
    public fun createUser(
        username: String,
        password: String = PASSWORD,
        attributes: Map<String, String> = mapOf("email" to "$username@example.org", "email_verified" to "true"),
    ): String {
        val body =
            buildJsonObject {
                put("username", username)
                put("password", password)
                putJsonObject("attributes") { attributes.forEach { (name, value) -> put(name, value) } }
            }
        local("users", body.toString())
        return username
    }

    /** The newest code that was sent to the user. [kind]: `signup`, `forgot`, `email`, `sms` and so on, see local-pool. */
    public fun code(
        username: String,
        kind: String = "signup",
    ): String {
        val found = Json.parseToJsonElement(local("outbox?user=${encoded(username)}&kind=${encoded(kind)}", method = "GET"))
        val messages = found as? JsonArray ?: found.jsonObject.getValue("messages").jsonArray
        val newest = checkNotNull(messages.lastOrNull()) { "no code of the kind $kind was sent to $username" }
        return newest.jsonObject.getValue("code").jsonPrimitive.content
    }

    /** What an authenticator app shows for the secret of a set-up. */
    public fun appCode(sharedSecret: String): String = local("totp?secret=${encoded(sharedSecret)}", method = "GET")

    /** The time that the service has: `pool.clock.advance(1.hours)`. */
    public val clock: PoolClock get() = PoolClock(this)

    /** What goes wrong with requests: `pool.faults.queue("InitiateAuth", Fault.Reset)`. */
    public val faults: PoolFaults get() = PoolFaults(this)

    /** What the call meets while the service cannot be reached. Other faults are cleared by it. */
    public inline fun <T> offline(call: () -> T): T {
        faults.set("*", Fault.Reset)
        try {
            return call()
        } finally {
            faults.clearAll()
        }
    }

    /**
     * Ends the user's session at the service: refresh tokens no longer count, and access tokens have expired, since the clock
     * goes on by a day. The next `fetchAuthSession` finds out, or whoever needs new tokens.
     */
    public fun expireSession(username: String) {
        act(username, "expire-refresh-tokens")
        clock.advance(DAY)
    }

    /** Disables a user and signs them out everywhere. */
    public fun disable(username: String): Unit = act(username, "disable")

    /** Enables a user again. */
    public fun enable(username: String): Unit = act(username, "enable")

    /** Revokes all tokens of a user, as a global sign-out does. */
    public fun revokeTokens(username: String): Unit = act(username, "revoke-tokens")

    /** Makes a user reset the password at the next sign-in. */
    public fun requirePasswordReset(username: String): Unit = act(username, "require-password-reset")

    private fun act(
        username: String,
        what: String,
    ) {
        local("users/${encoded(username)}/$what")
    }

    /**
     * What the server has besides the service (its README, `/_local`), for example `authenticator/create`.
     *
     * @throws IllegalStateException with its answer, if it refuses
     */
    public fun local(
        path: String,
        body: String? = null,
        method: String = "POST",
    ): String {
        val sent = body?.let(HttpRequest.BodyPublishers::ofString) ?: HttpRequest.BodyPublishers.noBody()
        val request = HttpRequest.newBuilder(URI("$endpoint/_local/$path")).method(method, sent)
        if (body != null) request.header("Content-Type", "application/json")
        val answer = http.send(request.build(), BodyHandlers.ofString())
        check(answer.statusCode() == OK) { "$path: ${answer.statusCode()} ${answer.body()}" }
        return answer.body()
    }

    /** What the process printed so far; the triggers' `console.log` is in it. */
    public fun log(): List<String> = log.toList()

    override fun close() {
        clients.forEach(AuthClient::close)
        process.destroy()
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly()
        try {
            Runtime.getRuntime().removeShutdownHook(atExit)
        } catch (_: IllegalStateException) {
            // The JVM is ending already.
        }
    }

    public companion object {
        private const val PASSWORD = "Correct-horse-7"
        private const val LISTENING = "listening on "
        private const val OUTPUTS = "amplify_outputs.json:"
        private const val START_SECONDS = 30L
        private const val STOP_SECONDS = 5L
        private const val OK = 200
        private val http = HttpClient.newHttpClient()

        /** One pool whose users choose how to sign in. */
        private val ONE_POOL =
            """
            [[pools]]
            name = "app"
            mfa = "OPTIONAL"
            first_factors = ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]
            relying_party = "example.org"
            """.trimIndent()

        /**
         * Starts the program that the environment variable `PORTCULLIS_LOCAL_POOL` or the system property
         * `portcullis.localPool` names, or else `local-pool` of the search path, on a free port.
         *
         * @param configuration its `pool.toml`; null: one pool whose users choose how to sign in
         * @param triggers a folder of Lambda triggers
         * @throws IllegalStateException if it is not there or does not start
         */
        public fun start(
            configuration: String? = null,
            triggers: File? = null,
        ): LocalPool {
            val program = System.getenv("PORTCULLIS_LOCAL_POOL") ?: System.getProperty("portcullis.localPool") ?: "local-pool"
            val file = Files.createTempFile("local-pool-", ".toml").toFile()
            try {
                file.writeText(configuration ?: ONE_POOL)
                val command = mutableListOf(program, "serve", "--listen", "127.0.0.1:0", "--config", file.path)
                if (triggers != null) command += listOf("--triggers", triggers.path)
                return LocalPool(ProcessBuilder(command).start())
            } catch (absent: IOException) {
                val text = "$program cannot be started: name the program local-pool in PORTCULLIS_LOCAL_POOL"
                throw IllegalStateException(text, absent)
            } finally {
                file.delete()
            }
        }
    }
}

/** A name as one part of a path or query. */
internal fun encoded(name: String): String = URLEncoder.encode(name, Charsets.UTF_8).replace("+", "%20")

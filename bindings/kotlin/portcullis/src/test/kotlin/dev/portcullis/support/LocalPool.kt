package dev.portcullis.support

import dev.portcullis.FirstFactor
import dev.portcullis.MfaType
import dev.portcullis.challengeResponse
import java.io.File
import java.io.IOException
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Files
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import kotlin.io.path.writeText
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject
import kotlin.time.Duration.Companion.seconds

/** The local pool as a child process: the real service as far as these tests can tell. */
class LocalPool private constructor(private val process: Process) : AutoCloseable {
    private val lines = CopyOnWriteArrayList<String>()
    private val listening = CompletableDeferred<String>()

    /** `http://127.0.0.1:PORT` */
    val endpoint: String

    init {
        Runtime.getRuntime().addShutdownHook(Thread { process.destroy() })
        Thread { readOutput() }.apply { isDaemon = true }.start()
        endpoint = runBlocking { withTimeout(30.seconds) { listening.await() } }
    }

    private fun readOutput() {
        try {
            process.inputStream.bufferedReader().forEachLine { line ->
                lines += line
                Regex("listening on (http://[0-9.:]+)").find(line)?.let { listening.complete(it.groupValues[1]) }
            }
        } catch (_: IOException) {
            // The story is over, and so is the process.
        }
        listening.completeExceptionally(IllegalStateException("local-pool ended:\n" + lines.joinToString("\n")))
    }

    /**
     * A user pool of its own with an app client, so that no test sees another's users.
     *
     * @param pool members of CreateUserPool
     * @param factors members of SetUserPoolMfaConfig, if the pool needs it
     * @param client members of CreateUserPoolClient
     */
    fun newPool(
        pool: JsonObjectBuilder.() -> Unit = {},
        factors: (JsonObjectBuilder.() -> Unit)? = null,
        client: JsonObjectBuilder.() -> Unit = {},
    ): UserPool {
        val made =
            call("CreateUserPool") {
                put("PoolName", "stories")
                putTexts("AutoVerifiedAttributes", "email")
                pool()
            }
        val poolId = made["UserPool"]!!.jsonObject.text("Id")
        factors?.let {
            call("SetUserPoolMfaConfig") {
                put("UserPoolId", poolId)
                it()
            }
        }
        val app =
            call("CreateUserPoolClient") {
                put("UserPoolId", poolId)
                put("ClientName", "app")
                val flows = listOf("USER_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH")
                putTexts("ExplicitAuthFlows", *flows.map { "ALLOW_$it" }.toTypedArray())
                client()
            }
        val clientObject = app["UserPoolClient"]!!.jsonObject
        val secret = clientObject["ClientSecret"]?.jsonPrimitive?.content
        return UserPool(this, poolId, clientObject.text("ClientId"), secret)
    }

    /** A pool with these second factors; `mode` is `OPTIONAL` or `ON`. */
    fun newPoolWithMfa(
        mode: String,
        vararg factors: MfaType,
        pool: JsonObjectBuilder.() -> Unit = {},
    ): UserPool =
        newPool(
            pool = pool,
            factors = {
                put("MfaConfiguration", mode)
                if (MfaType.Totp in factors) putJsonObject("SoftwareTokenMfaConfiguration") { put("Enabled", true) }
                if (MfaType.Email in factors) putJsonObject("EmailMfaConfiguration") { put("Message", "Your code is {####}") }
                if (MfaType.Sms in factors) {
                    putJsonObject("SmsMfaConfiguration") {
                        putJsonObject("SmsConfiguration") { put("SnsCallerArn", "arn:aws:iam::000000000000:role/sms") }
                    }
                }
            },
        )

    /** A pool whose users choose how to sign in; the relying party of passkeys is `example.org`. */
    fun newPoolWithChoice(vararg factors: FirstFactor): UserPool =
        newPool(
            pool = {
                putJsonObject("Policies") {
                    putJsonObject("SignInPolicy") {
                        putTexts("AllowedFirstAuthFactors", *factors.map { it.challengeResponse }.toTypedArray())
                    }
                }
            },
            factors = {
                put("MfaConfiguration", "OFF")
                putJsonObject("WebAuthnConfiguration") { put("RelyingPartyId", "example.org") }
            },
        )

    /** An operation of the user pools' service, as an administrator. */
    fun call(operation: String, body: JsonObjectBuilder.() -> Unit): JsonObject =
        call("AWSCognitoIdentityProviderService", operation, body)

    /** An operation of the identity pools' service, as an administrator. */
    fun callIdentityPools(operation: String, body: JsonObjectBuilder.() -> Unit): JsonObject =
        call("AWSCognitoIdentityService", operation, body)

    private fun call(service: String, operation: String, body: JsonObjectBuilder.() -> Unit): JsonObject {
        val request =
            HttpRequest.newBuilder(URI(endpoint))
                .header("Content-Type", "application/x-amz-json-1.1")
                .header("X-Amz-Target", "$service.$operation")
                .POST(HttpRequest.BodyPublishers.ofString(buildJsonObject(body).toString()))
                .build()
        val answer = http.send(request, BodyHandlers.ofString())
        check(answer.statusCode() == 200) { "$operation: ${answer.statusCode()} ${answer.body()}" }
        return answer.body().ifEmpty { "{}" }.let(Json::parseToJsonElement).jsonObject
    }

    /** The codes that were sent to a user, oldest first. */
    fun codes(poolId: String, user: String, kind: String): List<String> {
        val query = mapOf("pool" to poolId, "user" to user, "kind" to kind)
        val text = query.entries.joinToString("&") { (name, value) -> "$name=" + URLEncoder.encode(value, Charsets.UTF_8) }
        val parsed = Json.parseToJsonElement(local("outbox?$text", method = "GET"))
        val messages = parsed as? JsonArray ?: parsed.jsonObject["messages"]!!.jsonArray
        return messages.map { it.jsonObject.text("code") }
    }

    /** What goes wrong with requests: `pool.faults.queue("GetTokensFromRefreshToken", Fault.DropAfterCommit)`. */
    val faults: PoolFaults get() = PoolFaults(this)

    /** The time that the service has: `pool.clock.advance(1.hours)`. */
    val clock: PoolClock get() = PoolClock(this)

    /** What the server has besides the service, for example `authenticator/create`. */
    fun local(
        path: String,
        body: String? = null,
        method: String = "POST",
    ): String {
        val sent = body?.let { HttpRequest.BodyPublishers.ofString(it) } ?: HttpRequest.BodyPublishers.noBody()
        val request = HttpRequest.newBuilder(URI("$endpoint/_local/$path")).method(method, sent)
        body?.let { request.header("Content-Type", "application/json") }
        val answer = http.send(request.build(), BodyHandlers.ofString())
        check(answer.statusCode() == 200) { "$path: ${answer.statusCode()} ${answer.body()}" }
        return answer.body()
    }

    /** What the process printed so far; the triggers' `console.log` is in it. */
    fun log(): List<String> = lines.toList()

    override fun close() {
        process.destroy()
        process.waitFor(5, TimeUnit.SECONDS)
    }

    companion object {
        private val http = HttpClient.newHttpClient()

        private val binary: String =
            System.getProperty("portcullis.localPool") ?: System.getenv("PORTCULLIS_LOCAL_POOL") ?: "local-pool"

        /** The one that all tests without triggers share. */
        val shared: LocalPool by lazy { start() }

        /** A new one, with a folder of Lambda triggers and a `pool.toml`, if there are any. */
        fun start(
            triggers: File? = null,
            configuration: String? = null,
        ): LocalPool {
            val command = mutableListOf(binary, "serve", "--listen", "127.0.0.1:0")
            triggers?.let { command += listOf("--triggers", it.path) }
            configuration?.let {
                val file = Files.createTempFile("pool", ".toml").apply { writeText(it) }
                command += listOf("--config", file.toString())
            }
            return LocalPool(ProcessBuilder(command).redirectErrorStream(true).start())
        }
    }
}

fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content

fun JsonObjectBuilder.putTexts(
    name: String,
    vararg texts: String,
) = putJsonArray(name) { texts.forEach { add(JsonPrimitive(it)) } }

package dev.portcullis.demo

import java.io.BufferedReader
import java.io.File
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Files
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** The local pool as a program, with one pool and a folder of Lambda triggers, as an app's developer would start it. */
internal class LocalPool private constructor(
    private val process: Process,
    private val endpoint: String,
    val amplifyOutputs: String,
) : AutoCloseable {
    /** The newest code of that kind, which a person would find in the mail. */
    fun code(
        user: String,
        kind: String = "signup",
    ): String = Json.parseToJsonElement(get("outbox?user=$user&kind=$kind")).jsonArray.last().jsonObject.getValue("code").jsonPrimitive.content

    /** What the person's authenticator app shows. */
    fun appCode(sharedSecret: String): String = get("totp?secret=$sharedSecret")

    /** What the person's phone answers, see the software authenticator in the README of local-pool. */
    fun local(
        path: String,
        body: String,
    ): String =
        answer(
            HttpRequest.newBuilder(URI("$endpoint/_local/$path"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)),
        )

    private fun get(path: String): String = answer(HttpRequest.newBuilder(URI("$endpoint/_local/$path")))

    private fun answer(request: HttpRequest.Builder): String {
        val answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString())
        check(answer.statusCode() == 200) { answer.body() }
        return answer.body()
    }

    override fun close() {
        process.destroy()
        process.waitFor()
    }

    companion object {
        fun start(): LocalPool {
            val folder = Files.createTempDirectory("portcullis-demo").toFile()
            File(folder, "pool.toml").writeText(CONFIGURATION)
            val triggers = File(folder, "triggers").apply { mkdir() }
            for ((name, code) in TRIGGERS) File(triggers, name).writeText(code)
            val binary = System.getenv("PORTCULLIS_LOCAL_POOL") ?: System.getProperty("portcullis.localPool") ?: "local-pool"
            val process =
                ProcessBuilder(binary, "serve", "--config", "$folder/pool.toml", "--triggers", triggers.path)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()
            Runtime.getRuntime().addShutdownHook(Thread { process.destroy() })
            val output = process.inputStream.bufferedReader()
            val endpoint = checkNotNull(output.readLine()) { "local-pool did not start" }.substringAfter("listening on ")
            check(output.readLine() == "amplify_outputs.json:") { "local-pool has no pool" }
            val outputs = output.readJson()
            Thread { output.forEachLine { } }.apply { isDaemon = true }.start()
            return LocalPool(process, endpoint, outputs)
        }

        /** Lines until they are a JSON text. */
        private fun BufferedReader.readJson(): String {
            var text = ""
            while (true) {
                text += checkNotNull(readLine()) { "local-pool ended" } + "\n"
                if (runCatching { Json.parseToJsonElement(text) }.isSuccess) return text
            }
        }
    }
}

private val CONFIGURATION =
    """
    [[pools]]
    name = "demo"
    mfa = "OPTIONAL"
    first_factors = ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]
    relying_party = "example.org"
    """.trimIndent()

/** A sum to solve, after the password when the sign-in began with one. */
private val TRIGGERS =
    mapOf(
        "defineAuthChallenge.js" to
            """
            exports.handler = async (event) => {
              const last = event.request.session.at(-1);
              const response = event.response;
              response.issueTokens = last?.challengeName === 'CUSTOM_CHALLENGE' && last.challengeResult;
              response.failAuthentication = last?.challengeResult === false;
              response.challengeName = last?.challengeName === 'SRP_A' ? 'PASSWORD_VERIFIER' : 'CUSTOM_CHALLENGE';
              return event;
            };
            """.trimIndent(),
        "createAuthChallenge.js" to
            """
            exports.handler = async (event) => {
              const [left, right] = [1, 2].map(() => 1 + Math.floor(Math.random() * 9));
              event.response.publicChallengeParameters = { question: `${'$'}{left} + ${'$'}{right}` };
              event.response.privateChallengeParameters = { answer: String(left + right) };
              return event;
            };
            """.trimIndent(),
        "verifyAuthChallengeResponse.js" to
            """
            exports.handler = async (event) => {
              event.response.answerCorrect = event.request.challengeAnswer === event.request.privateChallengeParameters.answer;
              return event;
            };
            """.trimIndent(),
    )

package dev.portcullis.demo

import dev.portcullis.testing.LocalPool
import java.io.File
import java.nio.file.Files

/** One pool and a folder of Lambda triggers, as an app's developer would start them. */
internal fun startPool(): LocalPool {
    val triggers = Files.createTempDirectory("portcullis-demo").toFile()
    for ((name, code) in TRIGGERS) File(triggers, name).writeText(code)
    return LocalPool.start(CONFIGURATION, triggers)
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

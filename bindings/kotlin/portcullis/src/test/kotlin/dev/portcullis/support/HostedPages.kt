package dev.portcullis.support

import dev.portcullis.AuthConfiguration
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.put

/**
 * A user pool with hosted pages, and people who fill them in.
 *
 * @param back where the browser comes back to after a sign-in
 * @param out where it comes back to after a sign-out
 */
class HostedPages(
    val back: String,
    val out: String,
    val server: LocalPool = LocalPool.shared,
) {
    val pool: UserPool =
        server.newPool(
            client = {
                putTexts("CallbackURLs", back)
                putTexts("LogoutURLs", out)
                putTexts("AllowedOAuthFlows", "code")
                putTexts("AllowedOAuthScopes", "openid", "aws.cognito.signin.user.admin")
                put("AllowedOAuthFlowsUserPoolClient", true)
                putTexts("SupportedIdentityProviders", "COGNITO")
            },
        )

    val configuration: AuthConfiguration =
        AuthConfiguration(
            pool.id,
            pool.clientId,
            endpoint = server.endpoint,
            hostedUiDomain = server.endpoint,
            signInRedirectUris = listOf(back),
            signOutRedirectUris = listOf(out),
        )

    /** Signs in on the page as that user, and gives the URL that the browser then goes to. */
    fun signIn(
        url: String,
        user: String,
    ): String {
        val body =
            buildJsonObject {
                put("url", url)
                put("username", user)
                put("password", PASSWORD)
            }
        return Json.parseToJsonElement(server.local("authorize", body.toString())).jsonObject.text("callback")
    }
}

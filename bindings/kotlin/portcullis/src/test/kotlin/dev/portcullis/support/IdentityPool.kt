package dev.portcullis.support

import dev.portcullis.AuthConfiguration
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.util.UUID
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** An identity pool for the users of a user pool, for guests and for those of every provider. */
class IdentityPool(guests: Boolean = true, val server: LocalPool = LocalPool.shared) {
    val users: UserPool = server.newPool()

    val id: String =
        server
            .callIdentityPools("CreateIdentityPool") {
                put("IdentityPoolName", "stories")
                put("AllowUnauthenticatedIdentities", guests)
                putJsonObject("SupportedLoginProviders") {
                    put("accounts.google.com", "google-app")
                    put("graph.facebook.com", "facebook-app")
                    put("www.amazon.com", "amazon-app")
                    put("appleid.apple.com", "apple-app")
                    put("api.twitter.com", "twitter-app")
                }
                putTexts("OpenIdConnectProviderARNs", "arn:aws:iam::000000000000:oidc-provider/tenant.eu.auth0.com")
                put("DeveloperProviderName", "login.my-back-end")
                putJsonArray("CognitoIdentityProviders") {
                    addJsonObject {
                        put("ProviderName", "cognito-idp.${users.id.substringBefore('_')}.amazonaws.com/${users.id}")
                        put("ClientId", users.clientId)
                    }
                }
            }.text("IdentityPoolId")

    init {
        server.callIdentityPools("SetIdentityPoolRoles") {
            put("IdentityPoolId", id)
            putJsonObject("Roles") {
                put("authenticated", "arn:aws:iam::000000000000:role/users")
                put("unauthenticated", "arn:aws:iam::000000000000:role/guests")
            }
        }
    }

    fun configuration(
        endpoint: String = server.endpoint,
        mergeGuestIdentity: Boolean? = null,
    ): AuthConfiguration =
        AuthConfiguration(
            users.id,
            users.clientId,
            endpoint = server.endpoint,
            identityPoolId = id,
            identityPoolEndpoint = endpoint,
            mergeGuestIdentity = mergeGuestIdentity,
        )

    /** A token of Google, which the server plays. */
    fun googleToken(): String = token("google")

    /** A token of a provider that the server plays (`apple`, `tenant.eu.auth0.com`), wrong in some way if that is asked for. */
    fun token(provider: String, subject: String = "${UUID.randomUUID()}", wrong: String? = null): String {
        val mistake = wrong?.let { ""","wrong":"$it"""" }.orEmpty()
        val body = HttpRequest.BodyPublishers.ofString("""{"subject":"$subject"$mistake}""")
        val request =
            HttpRequest
                .newBuilder(URI("${server.endpoint}/_local/idp/$provider/token"))
                .header("Content-Type", "application/json")
                .POST(body)
                .build()
        val answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString())
        check(answer.statusCode() == 200) { answer.body() }
        return Json.parseToJsonElement(answer.body()).jsonObject.text("token")
    }
}

package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.story
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds

class ConfigurationStory {
    @Test
    fun `the file of Amplify Gen 2 is all that is needed`() = story {
        val pool = LocalPool.shared.newPool()
        pool.createUser("ann")
        val json =
            """
            {
              "version": "1.4",
              "auth": { "aws_region": "us-east-1", "user_pool_id": "${pool.id}", "user_pool_client_id": "${pool.clientId}" },
              "custom": { "portcullis": { "user_pool_endpoint": "${LocalPool.shared.endpoint}" } }
            }
            """
        for (configuration in listOf(AuthConfiguration.amplifyOutputs(json), AuthConfiguration.json(json))) {
            assertEquals(pool.id, configuration.userPoolId)
            AuthClient(configuration).use { auth -> assertTrue(auth.signIn("ann", PASSWORD).isSignedIn) }
        }
    }

    @Test
    fun `the files of Amplify Gen 1 and of the web`() {
        val native =
            """
            {"auth":{"plugins":{"awsCognitoAuthPlugin":{
              "CognitoUserPool":{"Default":{"PoolId":"eu-west-1_AbCdEfGh1","AppClientId":"client","Region":"eu-west-1"}},
              "Auth":{"Default":{"authenticationFlowType":"CUSTOM_AUTH_WITHOUT_SRP"}}}}}}
            """
        val web = """{"aws_user_pools_id":"eu-west-1_AbCdEfGh1","aws_user_pools_web_client_id":"client"}"""
        for (configuration in listOf(AuthConfiguration.amplifyConfiguration(native), AuthConfiguration.awsExports(web))) {
            assertEquals("eu-west-1_AbCdEfGh1", configuration.userPoolId)
            assertEquals("client", configuration.clientId)
            assertEquals("eu-west-1", configuration.region)
        }
        assertEquals(AuthFlow.CustomWithoutSrp, AuthConfiguration.json(native).authFlow)
        assertEquals(AuthFlow.UserSrp, AuthConfiguration.json(web).authFlow)
    }

    @Test
    fun `values written out in code`() {
        val configuration =
            AuthConfiguration(
                userPoolId = "eu-west-1_AbCdEfGh1",
                clientId = "client",
                clientSecret = "canary-secret",
                authFlow = AuthFlow.UserPassword,
                clientMetadata = mapOf("app" to "demo"),
                connectTimeout = 2.seconds,
                totalTimeout = 5.seconds,
            )
        assertEquals("eu-west-1", configuration.region)
        assertEquals("https://cognito-idp.eu-west-1.amazonaws.com/", configuration.endpoint)
        assertEquals(AuthFlow.UserPassword, configuration.authFlow)
        assertEquals(emptyList(), configuration.warnings)
        assertTrue("canary-secret" !in configuration.toString())
    }

    @Test
    fun `a mistake names its key`() {
        val fields =
            listOf<() -> Unit>(
                { AuthConfiguration("nonsense", "client") },
                { AuthConfiguration("eu-west-1_AbCdEfGh1", "") },
                { AuthConfiguration("eu-west-1_AbCdEfGh1", "client", endpoint = "http://example.org") },
                { AuthConfiguration.amplifyOutputs("""{"version":"1","auth":{"user_pool_id":"eu-west-1_AbCdEfGh1"}}""") },
                { AuthConfiguration.amplifyConfiguration("{}") },
                { AuthConfiguration.json("no json at all") },
            ).map { make ->
                val error = assertFailsWith<AuthException.Configuration> { make() }
                assertEquals(AuthErrorCode.CONFIGURATION_INVALID, error.code)
                assertTrue(error.recovery.isNotBlank())
                error.field
            }
        assertEquals("auth.user_pool_client_id", fields[3])
        assertTrue(fields.take(5).all { !it.isNullOrBlank() }, "$fields")
    }
}

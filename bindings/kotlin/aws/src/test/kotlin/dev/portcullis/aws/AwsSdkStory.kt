package dev.portcullis.aws

import aws.sdk.kotlin.services.s3.S3Client
import aws.sdk.kotlin.services.s3.model.GetObjectRequest
import aws.sdk.kotlin.services.s3.putObject
import aws.sdk.kotlin.services.sts.StsClient
import aws.sdk.kotlin.services.sts.getCallerIdentity
import aws.smithy.kotlin.runtime.auth.awscredentials.CredentialsProvider
import aws.smithy.kotlin.runtime.auth.awscredentials.CredentialsProviderException
import aws.smithy.kotlin.runtime.client.ProtocolRequestInterceptorContext
import aws.smithy.kotlin.runtime.collections.emptyAttributes
import aws.smithy.kotlin.runtime.content.ByteStream
import aws.smithy.kotlin.runtime.content.decodeToString
import aws.smithy.kotlin.runtime.http.interceptors.HttpInterceptor
import aws.smithy.kotlin.runtime.http.request.HttpRequest
import aws.smithy.kotlin.runtime.net.url.Url
import dev.portcullis.AuthClient
import dev.portcullis.AuthException
import dev.portcullis.ExistingSession
import dev.portcullis.SignInOptions
import dev.portcullis.support.IdentityPool
import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.requests
import dev.portcullis.support.story
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.hours

/** The AWS SDK for Kotlin as it is, with credentials from here. */
class AwsSdkStory {
    @Test
    fun `STS knows a guest, a user and the guest again`() = story {
        val pool = IdentityPool()
        pool.users.createUser("ann")
        AuthClient(pool.configuration()).use { auth ->
            sts(pool, AwsCredentialsProvider(auth)).use { sts ->
                assertEquals("guests", sts.role())
                auth.signIn("ann", PASSWORD)
                assertEquals("users", sts.role())
                auth.signOut()
                assertEquals("guests", sts.role())
            }
        }
    }

    @Test
    fun `S3 takes an object and gives it back`() = story {
        val pool = IdentityPool()
        pool.users.createUser("bea")
        AuthClient(pool.configuration()).use { auth ->
            auth.signIn("bea", PASSWORD)
            s3(pool, AwsCredentialsProvider(auth)).use { s3 ->
                val name = "a folder/ä+b.txt"
                s3.putObject {
                    bucket = "stories"
                    key = name
                    body = ByteStream.fromString("hello")
                }
                assertEquals("hello", s3.read(name))
            }
        }
    }

    @Test
    fun `each request is signed for who is signed in then`() = story {
        val pool = IdentityPool()
        pool.users.createUser("cy")
        pool.users.createUser("dee")
        AuthClient(pool.configuration()).use { auth ->
            val seen = KeysSeen()
            sts(pool, AwsCredentialsProvider(auth), seen).use { sts ->
                val keys = mutableListOf<String>()
                val signedIn = suspend {
                    sts.role()
                    keys += auth.fetchAwsCredentials().accessKeyId
                }
                val keep = SignInOptions(existingSession = ExistingSession.KEEP)
                auth.signIn("cy", PASSWORD, keep)
                signedIn()
                auth.signIn("dee", PASSWORD, keep)
                signedIn()
                auth.switchAccount(auth.accounts.first { it.username == "cy" })
                signedIn()
                assertEquals(keys, seen.keys.toList())
                assertEquals(2, keys.toSet().size)
                assertEquals(keys[0], keys[2])
            }
        }
    }

    @Test
    fun `many requests fetch credentials once, and expired ones are renewed`() = story {
        LocalPool.start().use { server ->
            val pool = IdentityPool(server = server)
            AuthClient(pool.configuration()).use { auth ->
                val provider = AwsCredentialsProvider(auth)
                sts(pool, provider).use { sts ->
                    repeat(3) { sts.role() }
                    assertEquals(1, server.requests()["GetCredentialsForIdentity"])
                    val first = provider.resolve(emptyAttributes())
                    server.clock.advance(1.hours)
                    auth.fetchOpenIdToken() // by whose answer the client learns of the time
                    assertEquals("guests", sts.role())
                    val second = provider.resolve(emptyAttributes())
                    assertNotEquals(first.accessKeyId, second.accessKeyId)
                    assertEquals(2, server.requests()["GetCredentialsForIdentity"])
                }
            }
        }
    }

    @Test
    fun `whoever is signed out gets a typed error where guests get nothing`() = story {
        val pool = IdentityPool(guests = false)
        pool.users.createUser("eve")
        AuthClient(pool.configuration()).use { auth ->
            val provider = AwsCredentialsProvider(auth)
            s3(pool, provider).use { s3 ->
                auth.signIn("eve", PASSWORD)
                val secret = provider.resolve(emptyAttributes()).secretAccessKey
                auth.signOut()
                val failure = assertFailsWith<CredentialsProviderException> { s3.read("anything") }
                val cause = assertIs<AuthException.NotAuthorized>(failure.cause)
                assertEquals("guest_access_denied", cause.code)
                assertTrue(secret !in "$failure $provider")
            }
            auth.close()
            val closed = assertFailsWith<CredentialsProviderException> { provider.resolve(emptyAttributes()) }
            assertEquals("client_closed", assertIs<AuthException.InvalidState>(closed.cause).code)
        }
    }

    @Test
    fun `credentials carry their end, the session token and where they are from`() = story {
        AuthClient(IdentityPool().configuration()).use { auth ->
            val ours = auth.fetchAwsCredentials()
            val theirs = AwsCredentialsProvider(auth).resolve(emptyAttributes())
            assertEquals(ours.secretAccessKey, theirs.secretAccessKey)
            assertEquals(ours.sessionToken, theirs.sessionToken)
            assertEquals(ours.expiresAt.epochSecond, theirs.expiration?.epochSeconds)
            assertEquals("Portcullis", theirs.providerName)
        }
    }

    private fun sts(pool: IdentityPool, provider: CredentialsProvider, vararg seen: HttpInterceptor): StsClient =
        StsClient {
            region = "us-east-1"
            endpointUrl = Url.parse(pool.server.endpoint)
            credentialsProvider = provider
            interceptors += seen
        }

    private fun s3(pool: IdentityPool, provider: CredentialsProvider): S3Client =
        S3Client {
            region = "us-east-1"
            endpointUrl = Url.parse("${pool.server.endpoint}/_local/s3")
            forcePathStyle = true
            credentialsProvider = provider
        }

    /** Whose credentials the request was made with, by the role that they are for. */
    private suspend fun StsClient.role(): String? = getCallerIdentity {}.arn?.split('/')?.get(1)

    private suspend fun S3Client.read(name: String): String? {
        val request =
            GetObjectRequest {
                bucket = "stories"
                key = name
            }
        return getObject(request) { it.body?.decodeToString() }
    }
}

/** The access keys that requests were signed with. */
private class KeysSeen : HttpInterceptor {
    val keys = CopyOnWriteArrayList<String>()

    override fun readBeforeTransmit(context: ProtocolRequestInterceptorContext<Any, HttpRequest>) {
        val authorization = context.protocolRequest.headers["Authorization"].orEmpty()
        keys += authorization.substringAfter("Credential=").substringBefore('/')
    }
}

package dev.portcullis

import dev.portcullis.support.IdentityPool
import dev.portcullis.support.fails
import dev.portcullis.support.story
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue

/** Plain HTTP requests to AWS services, signed by the library and sent by another's HTTP client. */
class SigningStory {
    @Test
    fun `STS and S3 take a signed request, and no altered one`() = story {
        val pool = IdentityPool()
        AuthClient(pool.configuration()).use { auth ->
            val server = pool.server.endpoint
            val asked =
                AwsRequest(
                    "POST",
                    "$server/",
                    "us-east-1",
                    "sts",
                    mapOf("Content-Type" to "application/x-www-form-urlencoded"),
                    "Action=GetCallerIdentity&Version=2011-06-15".encodeToByteArray(),
                )
            val answer = send(asked, auth.signAwsRequest(asked))
            assertEquals(200, answer.statusCode(), answer.body())
            assertTrue(":assumed-role/guests/" in answer.body())

            val path = "$server/_local/s3/stories/a%20folder/%C3%A4.txt"
            val put = AwsRequest("PUT", path, "us-east-1", "s3", body = "hello".encodeToByteArray())
            val headers = auth.signAwsRequest(put)
            assertEquals(
                setOf("Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"),
                headers.keys,
            )
            assertEquals(200, send(put, headers).statusCode())
            val get = AwsRequest("GET", path, "us-east-1", "s3")
            val signed = auth.signAwsRequest(get)
            assertEquals("hello", send(get, signed).body())

            assertNotEquals(200, send(put.copy(body = "hullo".encodeToByteArray()), headers).statusCode())
            assertEquals(403, send(get.copy(url = "${path}2"), signed).statusCode())
            assertEquals(403, send(get, emptyMap()).statusCode())
        }
    }

    @Test
    fun `what clients would send in different ways is refused by its field`() = story {
        AuthClient(IdentityPool().configuration()).use { auth ->
            auth.load()
            val blank = AwsRequest("GET", "https://example.org/a b", "us-east-1", "s3")
            val error = auth.fails<AuthException.Validation>("validation_failed") { signAwsRequest(blank) }
            assertEquals("url", error.field)
        }
    }

    @Test
    fun `whoever is signed out signs nothing where guests get nothing`() = story {
        AuthClient(IdentityPool(guests = false).configuration()).use { auth ->
            auth.load()
            val get = AwsRequest("GET", "https://example.org/", "us-east-1", "s3")
            auth.fails<AuthException.NotAuthorized>("guest_access_denied") { signAwsRequest(get) }
        }
    }

    /** The request as it was signed, with these headers besides. */
    private fun send(
        request: AwsRequest,
        headers: Map<String, String>,
    ): HttpResponse<String> {
        val sent = HttpRequest.newBuilder(URI(request.url))
        sent.method(request.method, HttpRequest.BodyPublishers.ofByteArray(request.body))
        (request.headers + headers).forEach { (name, value) -> sent.header(name, value) }
        return HttpClient.newHttpClient().send(sent.build(), BodyHandlers.ofString())
    }
}

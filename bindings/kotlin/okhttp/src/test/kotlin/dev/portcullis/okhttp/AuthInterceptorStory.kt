package dev.portcullis.okhttp

import dev.portcullis.Auth
import dev.portcullis.AuthClient
import dev.portcullis.AuthErrorCode
import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.story
import java.io.ByteArrayInputStream
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotEquals
import kotlin.test.assertNull
import mockwebserver3.Dispatcher
import mockwebserver3.MockResponse
import mockwebserver3.MockWebServer
import mockwebserver3.RecordedRequest
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.RequestBody.Companion.toRequestBody
import okio.BufferedSink
import okio.source

/** The app's own server, asked with the user's token. */
class AuthInterceptorStory {
    private fun client(
        auth: Auth,
        vararg hosts: String,
    ) = OkHttpClient.Builder().addInterceptor(AuthInterceptor(auth, *hosts)).build()

    private fun server(vararg codes: Int) =
        MockWebServer().apply {
            codes.forEach { enqueue(MockResponse(code = it)) }
            start()
        }

    private fun MockWebServer.tokens(): List<String?> =
        generateSequence { if (requestCount > 0) takeRequest(0, TimeUnit.SECONDS) else null }
            .map { it.headers["Authorization"] }
            .toList()

    private fun OkHttpClient.get(server: MockWebServer): Int =
        newCall(Request.Builder().url(server.url("/pets")).build()).execute().use { it.code }

    @Test
    fun `a token that is taken is sent once`() = story {
        val pool = LocalPool.shared.newPool()
        pool.createUser("ann")
        AuthClient(pool.configuration()).use { auth ->
            auth.signIn("ann", PASSWORD)
            server(200).use { server ->
                assertEquals(200, client(auth, server.hostName).get(server))
                assertEquals(listOf<String?>("Bearer ${auth.fetchAuthSession().tokens.accessToken.rawValue}"), server.tokens())
            }
        }
    }

    @Test
    fun `a refused token is replaced once, however many wait`() = story {
        val pool = LocalPool.shared.newPool()
        pool.createUser("ann")
        AuthClient(pool.configuration()).use { auth ->
            auth.signIn("ann", PASSWORD)
            val old = "Bearer ${auth.fetchAuthSession().tokens.accessToken.rawValue}"
            val server = MockWebServer()
            server.dispatcher =
                object : Dispatcher() {
                    override fun dispatch(request: RecordedRequest) =
                        MockResponse(code = if (request.headers["Authorization"] == old) 401 else 200)
                }
            server.start()
            val http = client(auth, server.hostName)
            val threads = Executors.newFixedThreadPool(8)
            val codes = threads.invokeAll(List(8) { Callable { http.get(server) } }).map { it.get() }
            threads.shutdown()
            assertEquals(List(8) { 200 }, codes)
            assertNotEquals(old, "Bearer ${auth.fetchAuthSession().tokens.accessToken.rawValue}")
            assertEquals(2, server.tokens().toSet().size)
            server.close()
        }
    }

    @Test
    fun `a server that refuses every token is asked twice`() = story {
        val pool = LocalPool.shared.newPool()
        pool.createUser("ann")
        AuthClient(pool.configuration()).use { auth ->
            auth.signIn("ann", PASSWORD)
            server(401, 401, 200).use { server ->
                assertEquals(401, client(auth, server.hostName).get(server))
                assertEquals(2, server.requestCount)
            }
            server(401, 200).use { server ->
                val once =
                    object : RequestBody() {
                        override fun contentType() = null

                        override fun isOneShot() = true

                        override fun writeTo(sink: BufferedSink) {
                            sink.writeAll(ByteArrayInputStream(byteArrayOf(1)).source())
                        }
                    }
                val post = Request.Builder().url(server.url("/")).post(once).build()
                assertEquals(401, client(auth, server.hostName).newCall(post).execute().use { it.code })
                assertEquals(1, server.requestCount)
            }
        }
    }

    @Test
    fun `who is none of the app's servers gets no token`() = story {
        val pool = LocalPool.shared.newPool()
        pool.createUser("ann")
        AuthClient(pool.configuration()).use { auth ->
            auth.signIn("ann", PASSWORD)
            server(200).use { server ->
                assertEquals(200, client(auth, "api.example.com").get(server))
                assertNull(server.takeRequest().headers["Authorization"])
            }
            server(200).use { server ->
                val own = Request.Builder().url(server.url("/")).header("Authorization", "Basic eA==")
                val post = own.post("x".toRequestBody()).build()
                client(auth, server.hostName).newCall(post).execute().close()
                assertEquals("Basic eA==", server.takeRequest().headers["Authorization"])
            }
        }
        assertFailsWith<IllegalArgumentException> { AuthInterceptor(AuthClient(pool.configuration())) }
    }

    @Test
    fun `nobody signed in means that nothing is sent`() = story {
        val pool = LocalPool.shared.newPool()
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            server(200).use { server ->
                val failure = assertFailsWith<AuthIOException> { client(auth, server.hostName).get(server) }
                assertEquals(AuthErrorCode.NOT_SIGNED_IN, failure.reason.code)
                assertEquals(0, server.requestCount)
            }
        }
    }
}

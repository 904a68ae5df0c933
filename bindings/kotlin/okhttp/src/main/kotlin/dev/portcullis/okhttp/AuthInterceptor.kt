package dev.portcullis.okhttp

import dev.portcullis.Auth
import dev.portcullis.AuthException
import dev.portcullis.FetchSessionOptions
import dev.portcullis.Token
import java.io.IOException
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlinx.coroutines.runBlocking
import okhttp3.Interceptor
import okhttp3.Request
import okhttp3.Response

/**
 * Puts the signed-in user's access token (`Authorization: Bearer`, RFC 6750 §2.1) into OkHttp's requests to the app's own
 * servers, renewed before if it is about to end. Where a server answers 401, the request is sent once more with a new token:
 * one that another call got meanwhile, or else one that is fetched now, once for all who wait. A body that can be sent only
 * once is not sent again.
 *
 * ```kotlin
 * val http = OkHttpClient.Builder().addInterceptor(AuthInterceptor(auth, "api.example.com")).build()
 * ```
 *
 * Requests to other hosts, those over plain HTTP (but to this machine) and those that have an `Authorization` already go
 * out as they are. Where there is no token, the call fails with an [AuthIOException].
 *
 * @param auth whose user it is
 * @param hosts the servers that get the token, by their names as they stand in an address
 */
public class AuthInterceptor(
    private val auth: Auth,
    vararg hosts: String,
) : Interceptor {
    private val hosts: Set<String> = hosts.map(String::lowercase).toSet()

    private val renewing = ReentrantLock()

    init {
        require(hosts.isNotEmpty()) { "Name the servers that may have the user's token." }
    }

    override fun intercept(chain: Interceptor.Chain): Response {
        val request = chain.request()
        if (!isForToken(request)) return chain.proceed(request)
        val token = token()
        val first = chain.proceed(request.with(token))
        if (first.code != UNAUTHORIZED || request.body?.isOneShot() == true) return first
        // OkHttp allows the next request only when the answer before is closed.
        first.close()
        return chain.proceed(request.with(newerThan(token)))
    }

    private fun isForToken(request: Request): Boolean {
        val url = request.url
        val isSafe = url.isHttps || url.host in THIS_MACHINE
        return isSafe && url.host in hosts && request.header(HEADER) == null
    }

    /** One at a time: whoever waited finds the token that another one fetched. */
    private fun newerThan(refused: Token): Token =
        renewing.withLock {
            val present = token()
            if (present != refused) present else token(FetchSessionOptions(forceRefresh = true))
        }

    /** An interceptor runs on a thread of OkHttp's that waits for the answer in any case. */
    private fun token(options: FetchSessionOptions = FetchSessionOptions()): Token =
        try {
            runBlocking { auth.fetchAuthSession(options).tokens.accessToken }
        } catch (failure: AuthException) {
            throw AuthIOException(failure)
        }

    private fun Request.with(token: Token): Request = newBuilder().header(HEADER, "Bearer ${token.rawValue}").build()

    private companion object {
        const val HEADER = "Authorization"
        const val UNAUTHORIZED = 401
        val THIS_MACHINE = setOf("localhost", "127.0.0.1", "::1")
    }
}

/** There was no token for a request. OkHttp passes on nothing but [IOException]s, hence this one around the [AuthException]. */
public class AuthIOException(
    /** Why there is none. */
    public val reason: AuthException,
) : IOException(reason.message, reason)

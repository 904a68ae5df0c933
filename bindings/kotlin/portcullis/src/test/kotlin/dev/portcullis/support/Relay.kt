package dev.portcullis.support

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject

/** The network between the app and the service: it counts, it delays, and on demand it misbehaves. */
class Relay(private val target: String) : AutoCloseable {
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
    private val threads = Executors.newCachedThreadPool { Thread(it).apply { isDaemon = true } }
    private val http = HttpClient.newHttpClient()
    private val counts = ConcurrentHashMap<String, AtomicInteger>()
    private val bodies = ConcurrentHashMap<String, MutableList<JsonObject>>()
    private val held = ConcurrentHashMap<String, Gate>()

    /** Answers in the service's place: status, content type, body. */
    @Volatile
    var instead: Answer? = null

    val endpoint: String get() = "http://127.0.0.1:${server.address.port}"

    init {
        server.executor = threads
        server.createContext("/") { exchange -> exchange.use(::relay) }
        server.start()
    }

    /** The bodies of the requests of this operation, oldest first. */
    fun bodies(operation: String): List<JsonObject> = bodies[operation].orEmpty().toList()

    /** How many requests of this operation came. */
    fun count(operation: String): Int = counts[operation]?.get() ?: 0

    /** Holds the answers of this operation back until the gate is opened. */
    fun hold(operation: String): Gate = Gate().also { held[operation] = it }

    private fun relay(exchange: HttpExchange) {
        val operation = exchange.requestHeaders.getFirst("X-Amz-Target").orEmpty().substringAfter('.')
        val body = exchange.requestBody.readBytes()
        counts.getOrPut(operation, ::AtomicInteger).incrementAndGet()
        bodies.getOrPut(operation, ::CopyOnWriteArrayList) += Json.parseToJsonElement(body.decodeToString()).jsonObject
        val answer = instead ?: forward(exchange, body)
        held[operation]?.pass()
        exchange.responseHeaders["Content-Type"] = answer.contentType
        answer.headers.forEach { (name, value) -> exchange.responseHeaders[name] = value }
        exchange.sendResponseHeaders(answer.status, if (answer.body.isEmpty()) -1 else answer.body.size.toLong())
        exchange.responseBody.use { it.write(answer.body) }
    }

    private fun forward(
        exchange: HttpExchange,
        body: ByteArray,
    ): Answer {
        val request = HttpRequest.newBuilder(URI(target)).POST(HttpRequest.BodyPublishers.ofByteArray(body))
        for (name in listOf("Content-Type", "X-Amz-Target")) {
            exchange.requestHeaders.getFirst(name)?.let { request.header(name, it) }
        }
        val answer = http.send(request.build(), BodyHandlers.ofByteArray())
        val kept = answer.headers().map().filterKeys { it.startsWith("x-amz") }.mapValues { it.value.first() }
        val type = answer.headers().firstValue("content-type").orElse("application/x-amz-json-1.1")
        return Answer(answer.statusCode(), type, answer.body(), kept)
    }

    override fun close() {
        server.stop(0)
        threads.shutdownNow()
    }

    class Answer(
        val status: Int,
        val contentType: String,
        val body: ByteArray,
        val headers: Map<String, String> = emptyMap(),
    )

    /** Holds answers back; opened once, for good. */
    class Gate {
        private val arrived = CountDownLatch(1)
        private val opened = CountDownLatch(1)

        fun pass() {
            arrived.countDown()
            opened.await(30, TimeUnit.SECONDS)
        }

        /** Waits until an answer is being held: the service has done its part. */
        fun awaitArrival() = check(arrived.await(30, TimeUnit.SECONDS)) { "no request came" }

        fun open() = opened.countDown()
    }
}

private fun HttpExchange.use(handle: (HttpExchange) -> Unit) =
    try {
        handle(this)
    } finally {
        close()
    }

private operator fun com.sun.net.httpserver.Headers.set(
    name: String,
    value: String,
) = add(name, value)

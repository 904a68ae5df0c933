package dev.portcullis.support

import dev.portcullis.AuthClient
import dev.portcullis.AuthConfiguration
import dev.portcullis.AuthException
import dev.portcullis.hubName
import java.io.File
import java.net.URLClassLoader
import java.util.concurrent.CopyOnWriteArrayList
import java.util.function.Function
import kotlinx.coroutines.runBlocking

/** A client in a class loader of its own; commands and answers are texts, which all loaders share. */
class Guest(endpoint: String, pool: String, clientId: String) : Function<String, String> {
    private val store = MapStore()
    private val events = CopyOnWriteArrayList<String>()
    private val auth = AuthClient(AuthConfiguration(pool, clientId, endpoint = endpoint), store)

    init {
        auth.listen { events += it.hubName }
    }

    override fun apply(command: String): String =
        runBlocking {
            val (name, argument) = (command.split(" ") + "").take(2)
            when (name) {
                "signIn" -> auth.signIn(argument, PASSWORD).isSignedIn.toString()
                "signOut" -> auth.signOut().isComplete.toString()
                "user" -> runCatching { auth.getCurrentUser().username }.getOrElse { (it as AuthException).code }
                "records" -> store.records.size.toString()
                "events" -> events.joinToString(" ")
                "close" -> auth.close().toString()
                else -> error(command)
            }
        }

    companion object {
        /**
         * A guest in a new loader. With a parent, JNA and everything else that is no code of ours comes from there, as
         * in a server; else each loader has all of its own.
         */
        fun invite(
            pool: UserPool,
            parent: ClassLoader? = null,
        ): Function<String, String> = invite(pool.server.endpoint, pool.id, pool.clientId, parent)

        fun invite(
            endpoint: String,
            pool: String,
            clientId: String,
            parent: ClassLoader?,
        ): Function<String, String> {
            val urls = urls { parent == null || isOurs(it) }
            val loader = URLClassLoader(urls, parent ?: ClassLoader.getPlatformClassLoader())
            val type = loader.loadClass(Guest::class.java.name)
            val guest = type.getConstructor(*Array(3) { String::class.java }).newInstance(endpoint, pool, clientId)
            @Suppress("UNCHECKED_CAST")
            return guest as Function<String, String>
        }

        /** What the loaders of a server have in common: JNA, Kotlin. */
        fun sharedParent(): ClassLoader = URLClassLoader(urls { !isOurs(it) }, ClassLoader.getPlatformClassLoader())

        private fun urls(belongs: (File) -> Boolean) =
            classPath().split(File.pathSeparator).map(::File).filter(belongs).map { it.toURI().toURL() }.toTypedArray()

        private fun isOurs(entry: File) = entry.isDirectory || entry.name.startsWith("portcullis")
    }
}

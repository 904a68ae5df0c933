package dev.portcullis

import dev.portcullis.support.Guest
import dev.portcullis.support.LocalPool
import dev.portcullis.support.LIBRARY
import dev.portcullis.support.TwoLoaders
import dev.portcullis.support.inOtherJvm
import dev.portcullis.support.story
import dev.portcullis.support.until
import java.io.File
import java.util.function.Function
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue

class ClassLoadersStory {
    private val pool = LocalPool.shared.newPool()

    @Test
    fun `class loaders with nothing in common keep their sessions apart`() = keepApart { Guest.invite(pool) }

    @Test
    fun `class loaders that share JNA keep their sessions apart`() {
        val parent = Guest.sharedParent()
        keepApart { Guest.invite(pool, parent) }
    }

    /** Each opens before the other signs in: whoever opened last had everybody's sessions once. */
    private fun keepApart(invite: () -> Function<String, String>) = story {
        pool.createUser("cat")
        pool.createUser("dog")
        val first = invite()
        val second = invite()
        assertEquals("true", first.apply("signIn cat"))
        assertEquals("0", second.apply("records"))
        assertEquals("not_signed_in", second.apply("user"))
        assertEquals("true", second.apply("signIn dog"))
        assertEquals(listOf("cat", "dog"), listOf(first, second).map { it.apply("user") })

        assertEquals("true", first.apply("signOut"))
        assertEquals("not_signed_in", first.apply("user"))
        assertEquals("dog", second.apply("user"))
        assertTrue(second.apply("records").toInt() > 0)

        val third = invite()
        assertEquals("not_signed_in", third.apply("user"))
        val told = { listOf(first, second, third).map { it.apply("events").split(" ").filter { name -> name.startsWith("sign") } } }
        until("the listeners were told") { told()[1].isNotEmpty() && told()[0].size > 1 }
        assertEquals(listOf(listOf("signIn", "signOut"), listOf("signIn"), emptyList()), told())
        for (guest in listOf(first, second, third)) guest.apply("close")
    }

    @Test
    fun `a library that is no file is for one class loader`() {
        val library = File(System.getProperty(LIBRARY))
        val lines = inOtherJvm(
            TwoLoaders::class.java.name,
            library = library.name,
            environment = mapOf("LD_LIBRARY_PATH" to library.parent),
        )
        assertTrue(lines.any { "AuthException\$Configuration" in it && "[library_in_use]: Load Portcullis in one class loader" in it }, lines.joinToString("\n"))
    }
}

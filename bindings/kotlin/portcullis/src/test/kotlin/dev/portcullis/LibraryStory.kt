package dev.portcullis

import dev.portcullis.support.EntryPoints
import dev.portcullis.support.FalseLibrary
import dev.portcullis.support.LIBRARY
import dev.portcullis.support.WarmUp
import dev.portcullis.support.inOtherJvm
import java.io.File
import kotlin.test.Test
import kotlin.test.assertTrue

class LibraryStory {
    private val library = File(System.getProperty(LIBRARY))

    private fun everyEntryPointSays(
        library: String,
        vararg words: String,
    ) {
        val lines = inOtherJvm(EntryPoints::class.java.name, library = library)
        assertTrue(lines.size > 16, lines.joinToString("\n"))
        for (line in lines) assertTrue(words.all { it in line }, "$line has not all of ${words.toList()}")
    }

    @Test
    fun `a library that is not there is named, with what to install`() =
        everyEntryPointSays("/nowhere/libportcullis.so", "library_missing Configuration", "/nowhere/libportcullis.so", "Install libportcullis")

    @Test
    fun `a file that is no library is named`() {
        val text = File.createTempFile("portcullis-", ".so").apply { deleteOnExit() }
        text.writeText("no library")
        everyEntryPointSays(text.path, "library_missing Configuration", text.path)
    }

    @Test
    fun `another library is not called`() =
        everyEntryPointSays("c", "library_mismatch Configuration", "is not one of this release's", "release $CORE_RELEASE")

    @Test
    fun `a library with another contract is refused, with both versions`() {
        val other = FalseLibrary(library).answering("ffi_portcullis_uniffi_contract_version", 77)
        everyEntryPointSays(
            other.path, "library_mismatch Configuration", "release $CORE_RELEASE (contract 77)", "the code release $CORE_RELEASE (contract 30)",
            "of the same release",
        )
    }

    @Test
    fun `a library with another checksum is refused, with both versions`() {
        val other = FalseLibrary(library).answering("uniffi_portcullis_checksum_method_authcore_sign_in", 1)
        everyEntryPointSays(
            other.path, "library_mismatch Configuration", "release $CORE_RELEASE (contract 30), the code release $CORE_RELEASE", "checksum",
        )
    }

    @Test
    fun `the right library is used`() {
        val lines = inOtherJvm(EntryPoints::class.java.name)
        assertTrue(lines.none { "library_" in it }, lines.joinToString("\n"))
        assertTrue(lines.first().startsWith("done AuthConfiguration("), lines.first())
    }

    @Test
    fun `after warming up the first call need not load it`() {
        fun first(vararg arguments: String) =
            inOtherJvm(WarmUp::class.java.name, *arguments).first { it.startsWith("done ") }.substringAfter(' ').toInt()
        val (cold, warm) = List(3) { first() }.min() to List(3) { first("warm") }.min()
        println("the first call of a JVM: $cold ms, after warming up: $warm ms")
        // What is left is this call's own classes.
        assertTrue(warm * 2 < cold, "$cold ms cold, $warm ms warm")
    }

    @Test
    fun `warming up a library that is not there is told by the first call`() {
        val lines = inOtherJvm(WarmUp::class.java.name, "warm", library = "/nowhere/libportcullis.so")
        assertTrue(lines.size == 3 && lines[0] == "daemon true", lines.joinToString("\n"))
        assertTrue(lines.drop(1).all { it.startsWith("library_missing ") }, lines.joinToString("\n"))
    }

    private companion object {
        const val CORE_RELEASE = "0.1.0"
    }
}

package dev.portcullis.support

import java.io.File
import java.util.concurrent.TimeUnit
import kotlin.test.fail

/** What a program printed that ran in a JVM of its own, where nothing of Portcullis had been loaded before. */
fun inOtherJvm(
    program: String,
    vararg arguments: String,
    library: String = System.getProperty(LIBRARY),
    environment: Map<String, String> = emptyMap(),
): List<String> {
    val output = File.createTempFile("portcullis-", ".out")
    val command = listOf(File(System.getProperty("java.home"), "bin/java").path, "-D$LIBRARY=$library", "-Xshare:auto", "-cp", classPath(), program)
    val builder = ProcessBuilder(command + arguments).redirectErrorStream(true).redirectOutput(output)
    builder.environment().putAll(environment)
    val process = builder.start()
    try {
        if (!process.waitFor(60, TimeUnit.SECONDS)) fail("$program did not end:\n${output.readText()}")
        return output.readLines().also { if (process.exitValue() != 0) fail("$program failed:\n${it.joinToString("\n")}") }
    } finally {
        process.destroyForcibly()
        output.delete()
    }
}

/** The property that names the library's file. */
const val LIBRARY = "uniffi.component.portcullis.libraryOverride"

/** Surefire's own class path is a manifest. */
fun classPath(): String = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")

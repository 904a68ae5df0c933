package dev.portcullis

import java.io.ByteArrayOutputStream
import java.io.File
import java.io.PrintStream
import java.nio.file.Files
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.coroutines.flow.Flow
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler

/** What Amplify Android calls otherwise is refused by the compiler, which names what it is called here. */
class AmplifyNamesTest {
    @Test
    fun `amplify's names are refused with ours and no name of ours has to be imported`() {
        val (exit, said) = compile(
            "auth.setUpTOTP()\nauth.listWebAuthnCredentials()\nval options: AWSCognitoAuthSignInOptions",
            "AWSCognitoAuthSignInOptions",
        )
        assertEquals(ExitCode.COMPILATION_ERROR, exit, said)
        for (name in listOf("setUpTotp", "listPasskeys", "SignInOptions")) {
            assertTrue("Renamed to $name." in said, said)
        }
        // The import, too.
        assertEquals(4, said.lines().count { "error:" in it }, said)

        val ours = compile("auth.setUpTotp()\nauth.listPasskeys()\nval options: SignInOptions", "SignInOptions")
        assertEquals(ExitCode.OK, ours.first, ours.second)
    }

    /** The exit code of a file with these lines, which imports the client and this name, and what the compiler said. */
    private fun compile(
        lines: String,
        imported: String,
    ): Pair<ExitCode, String> {
        val folder = Files.createTempDirectory("amplify-names").toFile()
        try {
            val imports = "import dev.portcullis.AuthClient\nimport dev.portcullis.$imported"
            val source = folder.resolve("Port.kt").apply { writeText("$imports\nsuspend fun port(auth: AuthClient) {\n$lines\n}\n") }
            val classPath = listOf(AuthClient::class, AuthUser::class, Flow::class, Unit::class)
                .joinToString(File.pathSeparator) { it.java.protectionDomain.codeSource.location.path }
            val said = ByteArrayOutputStream()
            val exit = K2JVMCompiler().exec(
                PrintStream(said),
                "-classpath", classPath, "-d", folder.resolve("out").path, "-jvm-target", "17", "-no-stdlib", "-no-reflect", source.path,
            )
            return exit to said.toString()
        } finally {
            folder.deleteRecursively()
        }
    }
}

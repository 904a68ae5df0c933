package dev.portcullis

import com.sun.jna.Library
import com.sun.jna.Memory
import com.sun.jna.NativeLibrary
import java.io.File
import java.io.IOException

/**
 * The native library, as this class loader has it: found, compared with the generated code, and taken for this loader
 * alone, before the first call. What goes wrong is a [CoreException.Configuration] each time, never a `LinkageError`.
 */
internal object CoreLibrary {
    @Volatile private var isReady = false

    /** What the generated code is to load. */
    private var name: String? = null

    /** Classes that were not initialised once never are: this verdict is for good. */
    private var verdict: AuthErrorInfo? = null

    /** Every call of the generated code begins with this one. */
    fun ready() {
        if (!isReady) load()
    }

    /** For the generated code: the name or file of the library. */
    fun name(component: String): String = name ?: asked(component)

    @Synchronized
    private fun load() {
        if (isReady) return
        verdict?.let { throw CoreException.Configuration(it) }
        val asked = asked("portcullis")
        val library = open(asked)
        compare(library, asked)
        val own = if (library.take()) null else copy(library, asked)
        name = own?.path ?: asked
        try {
            uniffiEnsureInitialized()
            isReady = true
        } catch (broken: LinkageError) {
            val reason = generateSequence<Throwable>(broken) { it.cause }.last()
            val told = mismatch(library, asked, reason.message.orEmpty()).also { verdict = it }
            throw CoreException.Configuration(told).apply { initCause(broken) }
        } finally {
            // The system keeps what it has loaded, the name apart; Windows does not let go of it.
            if (own != null && !own.delete()) own.deleteOnExit()
        }
    }

    private fun asked(component: String): String =
        System.getProperty("uniffi.component.$component.libraryOverride") ?: "portcullis"

    private fun open(asked: String): NativeLibrary =
        try {
            NativeLibrary.getInstance(asked, mapOf(Library.OPTION_CLASSLOADER to CoreLibrary::class.java.classLoader))
        } catch (absent: LinkageError) {
            val text = "the native library \"$asked\" cannot be loaded: ${absent.message?.lineSequence()?.first()}"
            throw CoreException.Configuration(info("library_missing", text, MISSING)).apply { initCause(absent) }
        }

    /** The contract first: under another one nothing else can be asked. */
    private fun compare(library: NativeLibrary, asked: String) {
        val isOurs =
            try {
                library.getFunction(TAKE)
                library.contract() == CORE_CONTRACT
            } catch (_: UnsatisfiedLinkError) {
                false
            }
        if (!isOurs) throw CoreException.Configuration(mismatch(library, asked, "the contracts differ"))
    }

    private fun mismatch(library: NativeLibrary, asked: String, reason: String): AuthErrorInfo {
        val theirs =
            try {
                "release ${library.version()} (contract ${library.contract()})"
            } catch (_: UnsatisfiedLinkError) {
                "not one of this release's"
            }
        val ours = "release $CORE_VERSION (contract $CORE_CONTRACT)"
        return info("library_mismatch", "the native library \"$asked\" is $theirs, the code $ours: $reason", MISMATCH)
    }

    /** Another class loader has the library: a copy of the file is one of our own. */
    private fun copy(library: NativeLibrary, asked: String): File {
        val original = library.file?.takeIf(File::isFile) ?: throw inUse("\"$asked\" is no file that can be copied")
        val copy =
            try {
                File.createTempFile("portcullis-", "-${original.name}").also { original.copyTo(it, overwrite = true) }
            } catch (failure: IOException) {
                throw inUse("no copy could be made: ${failure.message}")
            }
        if (open(copy.path).take()) return copy
        copy.delete()
        throw inUse("the system takes the copy for the library itself")
    }

    private fun inUse(reason: String) =
        CoreException.Configuration(
            info("library_in_use", "another class loader of this process has the native library, and $reason", IN_USE),
        )

    private fun NativeLibrary.take(): Boolean = getFunction(TAKE).invokeInt(arrayOf(noError())) and 0xFF == 1

    private fun NativeLibrary.contract(): Int = getFunction("ffi_portcullis_uniffi_contract_version").invokeInt(emptyArray())

    private fun NativeLibrary.version(): String {
        val version = getFunction("uniffi_portcullis_fn_func_core_library_version")
        val text = version.invoke(RustBuffer.ByValue::class.java, arrayOf(noError())) as RustBuffer.ByValue
        return text.data?.getByteArray(0, text.len.toInt())?.toString(Charsets.UTF_8).orEmpty()
    }

    /** Room for the status that every function of the library writes. */
    private fun noError() = Memory(64).apply { clear() }

    private fun info(code: String, text: String, recovery: String) =
        AuthErrorInfo(
            code = code,
            text = text,
            recovery = recovery,
            isRetryable = false,
            requestId = null,
            operation = null,
            serviceCode = null,
            httpStatus = null,
            field = null,
        )

    private const val TAKE = "uniffi_portcullis_fn_func_take_core_library"
    private const val MISSING =
        "Install libportcullis for this system on jna.library.path (Android: in jniLibs), or name the file in the system " +
            "property uniffi.component.portcullis.libraryOverride; JNA has to be on the class path."
    private const val MISMATCH = "Install the native library and the Kotlin packages of the same release."
    private const val IN_USE =
        "Load Portcullis in one class loader that both share, or name the file of the library in the system property " +
            "uniffi.component.portcullis.libraryOverride and let java.io.tmpdir be written."
}

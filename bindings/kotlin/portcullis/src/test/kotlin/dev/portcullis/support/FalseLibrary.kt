package dev.portcullis.support

import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** Copies of the library (ELF, 64 bit, little-endian) that give other answers than they should. */
class FalseLibrary(original: File) {
    private val bytes = original.readBytes()
    private val elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)

    /** Has the function return the number. */
    fun answering(
        function: String,
        number: Int,
    ): File {
        val code = when (elf.getShort(18).toInt()) {
            X86_64 -> byteArrayOf(0xB8.toByte(), number.toByte(), (number shr 8).toByte(), 0, 0, 0xC3.toByte())
            AARCH64 -> ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x52800000 or (number shl 5)).putInt(0xD65F03C0.toInt()).array()
            else -> error("no code is known for this machine")
        }
        val changed = bytes.copyOf()
        code.copyInto(changed, offset(address(function)))
        return File.createTempFile("portcullis-", ".so").apply { deleteOnExit() }.also { it.writeBytes(changed) }
    }

    /** From the table of dynamic symbols. */
    private fun address(function: String): Long {
        val sections = elf.getLong(40).toInt()
        val size = elf.getShort(58).toInt()
        val symbols = (0 until elf.getShort(60)).map { sections + it * size }.first { elf.getInt(it + 4) == DYNAMIC_SYMBOLS }
        val names = elf.getLong(sections + elf.getInt(symbols + 40) * size + 24).toInt()
        val start = elf.getLong(symbols + 24).toInt()
        val count = (elf.getLong(symbols + 32) / SYMBOL_SIZE).toInt()
        val symbol = (0 until count).map { start + it * SYMBOL_SIZE }.first { name(names + elf.getInt(it)) == function }
        return elf.getLong(symbol + 8)
    }

    private fun name(at: Int) = bytes.decodeToString(at, (at..bytes.size).first { bytes[it] == 0.toByte() })

    /** Where the segment with the address is in the file. */
    private fun offset(address: Long): Int {
        val segments = elf.getLong(32).toInt()
        val all = (0 until elf.getShort(56)).map { segments + it * elf.getShort(54) }
        val segment = all.first { elf.getInt(it) == LOADED && address - elf.getLong(it + 16) in 0 until elf.getLong(it + 32) }
        return (address - elf.getLong(segment + 16) + elf.getLong(segment + 8)).toInt()
    }

    private companion object {
        const val X86_64 = 62
        const val AARCH64 = 183
        const val DYNAMIC_SYMBOLS = 11
        const val SYMBOL_SIZE = 24
        const val LOADED = 1
    }
}

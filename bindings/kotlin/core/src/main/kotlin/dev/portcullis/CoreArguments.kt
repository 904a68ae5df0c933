package dev.portcullis

/**
 * An argument that cannot be sent; the path names it with the fields on the way to it.
 *
 * The generated code asks for the size of every argument before it lowers the first: whatever it has lowered by the time
 * one is refused is never freed.
 */
internal class RefusedArgument(val path: String, val reason: String) : RuntimeException(reason, null, false, false) {
    fun under(name: String) =
        RefusedArgument(if (path.isEmpty() || path.startsWith('[')) name + path else "$name.$path", reason)

    fun toCoreException(): CoreException = errorOf("validation_failed", "$path: $reason", path)
}

internal const val NULL = "null is not allowed"

/** Refuses a text that was cut in the middle of a character (half of a surrogate pair), which UTF-8 cannot say. */
internal fun coreText(value: String) {
    var index = 0
    while (index < value.length) {
        val unit = value[index++]
        if (!unit.isSurrogate()) continue
        val isPair = unit.isHighSurrogate() && index < value.length && value[index].isLowSurrogate()
        if (!isPair) throw RefusedArgument("", "the text was cut in the middle of a character")
        index++
    }
}

/** The size of a field, or its name in the refusal. */
internal inline fun coreField(name: String, size: () -> ULong): ULong =
    try {
        size()
    } catch (refused: RefusedArgument) {
        throw refused.under(name)
    } catch (_: NullPointerException) {
        throw RefusedArgument(name, NULL)
    }

/** The size of a list's items; a refused one is named by its number. */
internal inline fun <T> coreItems(items: List<T>, size: (T) -> ULong): ULong {
    var sum = 0UL
    items.forEachIndexed { index, item ->
        if (item == null) throw RefusedArgument("[$index]", NULL)
        sum += coreField("[$index]") { size(item) }
    }
    return sum
}

/** Refuses an argument that cannot be sent. Null comes from Java, or in what Java made. */
internal inline fun <T> coreArgument(name: String, value: T, size: (T) -> ULong) {
    if (value == null) throw RefusedArgument(name, NULL).toCoreException()
    coreOptional(name, value, size)
}

/** Refuses an argument that cannot be sent, unless it is null. */
internal inline fun <T> coreOptional(name: String, value: T, size: (T) -> ULong) {
    try {
        coreField(name) { size(value) }
    } catch (refused: RefusedArgument) {
        throw refused.toCoreException()
    }
}

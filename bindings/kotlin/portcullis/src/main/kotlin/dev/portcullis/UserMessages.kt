package dev.portcullis

import java.util.Locale

/**
 * What whoever uses the app may read about this failure: a sentence that says what they can do, in their language (English,
 * German, Spanish, French, Japanese or Arabic; English for the others). [AuthException.message] is for developers.
 *
 * @param overrides texts of the app's own, by [userMessageKey]. On Android `AuthException.userMessage(context)` takes them
 * from the app's resources.
 */
public fun AuthException.userMessage(
    locale: Locale = Locale.getDefault(),
    overrides: Map<String, String> = emptyMap(),
): String = userMessage(code, locale, overrides)

/** As [AuthException.userMessage], for a code that an event or a result has. */
public fun userMessage(
    code: String,
    locale: Locale = Locale.getDefault(),
    overrides: Map<String, String> = emptyMap(),
): String {
    val key = userMessageKey(code)
    return overrides[key] ?: UserMessageTable.text(key, locale.language)
}

/** The name of the message for users: codes that leave them the same choice share one, for example `network`. */
public fun userMessageKey(code: String): String = UserMessageTable.key(code)

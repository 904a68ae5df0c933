package dev.portcullis

import java.util.Locale

/**
 * What whoever uses the app may read about this failure: a sentence that says what they can do, in their language (English,
 * German, Spanish, French, Japanese or Arabic; English for the others). The exception's own message is for developers.
 *
 * @param overrides texts of the app's own, by [AuthErrorCode.messageKey]
 */
public fun AuthException.userMessage(
    locale: Locale = Locale.getDefault(),
    overrides: Map<String, String> = emptyMap(),
): String = AuthErrorCode.userMessage(code, locale, overrides)

/** As [AuthException.userMessage], for a code that an event or a result has. */
public fun AuthErrorCode.userMessage(
    code: String,
    locale: Locale = Locale.getDefault(),
    overrides: Map<String, String> = emptyMap(),
): String {
    val key = messageKey(code)
    return overrides[key] ?: UserMessageTable.text(key, locale.language)
}

/** The name of the message for users: codes that leave them the same choice share one, for example `network`. */
@Suppress("UnusedReceiverParameter")
public fun AuthErrorCode.messageKey(code: String): String = UserMessageTable.key(code)

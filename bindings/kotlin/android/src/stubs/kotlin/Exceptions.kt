package androidx.credentials.exceptions

abstract class CreateCredentialException(
    open val type: String,
    message: CharSequence?,
) : Exception(message?.toString())

class CreateCredentialCancellationException(message: CharSequence? = null) : CreateCredentialException("cancelled", message)

class CreateCredentialInterruptedException(message: CharSequence? = null) : CreateCredentialException("interrupted", message)

class CreateCredentialNoCreateOptionException(message: CharSequence? = null) : CreateCredentialException("no option", message)

class CreateCredentialProviderConfigurationException(message: CharSequence? = null) :
    CreateCredentialException("provider", message)

class CreateCredentialUnsupportedException(message: CharSequence? = null) : CreateCredentialException("unsupported", message)

abstract class GetCredentialException(
    open val type: String,
    message: CharSequence?,
) : Exception(message?.toString())

class GetCredentialCancellationException(message: CharSequence? = null) : GetCredentialException("cancelled", message)

class GetCredentialProviderConfigurationException(message: CharSequence? = null) : GetCredentialException("provider", message)

class GetCredentialUnsupportedException(message: CharSequence? = null) : GetCredentialException("unsupported", message)

class NoCredentialException(message: CharSequence? = null) : GetCredentialException("none", message)

package androidx.credentials.exceptions.publickeycredential

import androidx.credentials.exceptions.CreateCredentialException
import androidx.credentials.exceptions.GetCredentialException
import androidx.credentials.exceptions.domerrors.DomError

class CreatePublicKeyCredentialDomException(
    val domError: DomError,
    message: CharSequence? = null,
) : CreateCredentialException("dom", message)

class GetPublicKeyCredentialDomException(
    val domError: DomError,
    message: CharSequence? = null,
) : GetCredentialException("dom", message)

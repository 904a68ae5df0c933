package androidx.credentials.exceptions.domerrors

abstract class DomError

class AbortError : DomError()

class DataError : DomError()

class InvalidStateError : DomError()

class NotAllowedError : DomError()

class NotSupportedError : DomError()

class SecurityError : DomError()

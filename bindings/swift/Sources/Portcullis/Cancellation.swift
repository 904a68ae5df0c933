import PortcullisCore

/// Makes a call of the core in a task that may be cancelled. The generated code leaves a Rust call running and its
/// caller waiting when the task is cancelled; the token ends the waiting.
///
/// A result that is there in spite of the cancellation is given: something has happened, and the caller may want to
/// know.
func cancellable<Value: Sendable>(
    _ call: @Sendable (CancelToken) async throws -> Value
) async throws -> Value {
    try Task.checkCancellation() // nothing is begun for a caller who has gone
    let token = CancelToken()
    do {
        return try await withTaskCancellationHandler {
            try await call(token)
        } onCancel: {
            token.cancel()
        }
    } catch CoreError.Cancelled where Task.isCancelled {
        throw CancellationError()
    } catch {
        throw AuthError(error)
    }
}

/// Makes a synchronous call of the core.
func mappingErrors<Value>(_ call: () throws -> Value) throws -> Value {
    do {
        return try call()
    } catch {
        throw AuthError(error)
    }
}

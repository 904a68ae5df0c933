import Foundation

/// What goes wrong with requests, by operation. The operation `*` is every request.
public struct PoolFaults: Sendable {
    /// Something that goes wrong with a request.
    public enum Fault: Sendable, Equatable {
        /// The request is handled after a while.
        case delay(seconds: TimeInterval)
        /// The request is not handled; this is the answer. `errorType` becomes the header `x-amzn-ErrorType`.
        case answer(status: Int, errorType: String? = nil, body: String = "")
        /// The request is not handled; the service's exception is the answer.
        case exception(String, status: Int = 400, message: String = "")
        /// The request is not handled; the connection is reset.
        case reset
        /// The request is handled and its effect stays, but no answer comes.
        case dropAfterCommit
    }

    let routes: LocalRoutes

    /// Every request of an operation has this fault until it is cleared.
    public func set(_ operation: String, _ fault: Fault) async throws {
        try await routes.send("PUT", path(operation), body: json(fault.members))
    }

    /// The next requests of an operation have this fault, after those that are lined up already.
    public func queue(_ operation: String, _ fault: Fault, times: Int = 1) async throws {
        try await queue(operation, fault.members, times)
    }

    /// Lets requests of an operation through before what is queued next.
    public func letThrough(_ operation: String, times: Int = 1) async throws {
        try await queue(operation, ["fault": "let_through"], times)
    }

    /// Nothing goes wrong with an operation any more.
    public func clear(_ operation: String) async throws {
        try await routes.send("DELETE", path(operation))
    }

    /// Nothing goes wrong any more.
    public func clearAll() async throws {
        try await routes.send("DELETE", "faults")
    }

    private func queue(_ operation: String, _ members: [String: Any], _ times: Int) async throws {
        let body = try json(members.merging(["times": times]) { $1 })
        try await routes.send("POST", path(operation), body: body)
    }

    private func path(_ operation: String) -> String {
        "faults/\(routes.encoded(operation))"
    }
}

private extension PoolFaults.Fault {
    /// As the route takes it.
    var members: [String: Any] {
        switch self {
        case .delay(let seconds):
            return ["fault": "delay", "seconds": seconds]
        case .answer(let status, let errorType, let body):
            var members: [String: Any] = ["fault": "answer", "status": status, "body": body]
            members["error_type"] = errorType
            return members
        case .exception(let name, let status, let message):
            return ["fault": "exception", "name": name, "status": status, "message": message]
        case .reset:
            return ["fault": "reset"]
        case .dropAfterCommit:
            return ["fault": "drop_after_commit"]
        }
    }
}

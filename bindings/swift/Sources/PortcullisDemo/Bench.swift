#if os(macOS) || os(Linux)
import Foundation
import LocalPoolProcess
import Portcullis

/// What a session from memory costs, beside a call that does nothing but cross the bridge and come back.
enum Bench {
    private static let rounds = 21
    private static let calls = 5_000

    static func run() async throws {
        let pool = try LocalPool(configuration: "[[pools]]\nid = \"eu-west-1_Bench\"\n", triggers: Handlers.folder())
        guard let outputs = pool.amplifyOutputs else { return }
        let configuration = try AuthConfiguration.amplifyOutputs(outputs)
        let auth = try AuthClient(configuration: configuration, storage: .memory)
        let attributes = [UserAttribute(name: "email", value: "ann@example.com")]
        _ = try await auth.signUp(
            username: "ann", password: Demo.password, options: SignUpOptions(userAttributes: attributes))
        try await auth.confirmSignUp(for: "ann", confirmationCode: pool.code(sentTo: "ann", kind: "signup"))
        _ = try await auth.signIn(username: "ann", password: Demo.password)
        _ = try await auth.fetchAuthSession()

        var bare = [Double](), cached = [Double]()
        // In turns, so that both see the same machine.
        for _ in 0..<rounds {
            bare.append(try await perCall { _ = configuration.threatProtection })
            cached.append(try await perCall { _ = try await auth.fetchAuthSession() })
        }
        let (one, other) = (median(bare), median(cached))
        print("Across the bridge from Swift, median of \(rounds) rounds")
        print(String(format: "  a bare synchronous call        %8.2f us", one))
        print(String(format: "  fetchAuthSession from memory   %8.2f us  (%.2f times that; goal at most 2)", other, other / one))
    }

    /// In microseconds.
    private static func perCall(_ call: () async throws -> Void) async throws -> Double {
        let begun = DispatchTime.now().uptimeNanoseconds
        for _ in 0..<calls { try await call() }
        return Double(DispatchTime.now().uptimeNanoseconds - begun) / 1_000 / Double(calls)
    }

    private static func median(_ times: [Double]) -> Double {
        times.sorted()[times.count / 2]
    }
}
#endif

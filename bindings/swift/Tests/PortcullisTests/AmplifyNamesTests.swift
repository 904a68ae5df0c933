#if os(Linux)
import Foundation
import Testing

/// What Amplify Swift calls otherwise is refused by the compiler, which names what it is called here.
@Suite struct AmplifyNamesTests {
    @Test func amplifysNamesAreRefusedWithOurs() throws {
        let amplifys = try compilerSays("""
            try await auth.update(oldPassword: "a", to: "b")
            _ = try await auth.associateWebAuthnCredential()
            let options: AWSAuthSignInOptions
            """)
        #expect(amplifys.contains("'update(oldPassword:to:)' has been renamed to 'updatePassword(oldPassword:newPassword:)'"))
        #expect(amplifys.contains("renamed to 'associatePasskey(presenter:)'"))
        #expect(amplifys.contains("'AWSAuthSignInOptions' has been renamed to 'SignInOptions'"))

        let ours = try compilerSays("try await auth.updatePassword(oldPassword: \"a\", newPassword: \"b\")")
        #expect(!ours.contains("error:"), "\(ours)")
    }

    /// About a file with these lines, with the modules that this test was built with.
    private func compilerSays(_ lines: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = folder.appendingPathComponent("Port.swift")
        try "import Portcullis\nfunc port(_ auth: AuthClient) async throws {\n\(lines)\n}\n"
            .write(to: source, atomically: true, encoding: .utf8)
        let modules = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("Modules")
        let header = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/PortcullisFFI")

        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = [
            "swiftc", "-typecheck", "-swift-version", "6", "-I", modules.path, "-I", header.path, source.path,
        ]
        let pipe = Pipe()
        compiler.standardError = pipe
        compiler.standardOutput = pipe
        try compiler.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        compiler.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
    }
}
#endif

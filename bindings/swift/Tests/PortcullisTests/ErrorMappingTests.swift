import Foundation
@testable import Portcullis
import PortcullisCore
import XCTest

/// Every error of the core has a case of the same name here. In XCTest, so that both of Swift's test libraries are known
/// to run.
final class ErrorMappingTests: XCTestCase {
    private let info = AuthErrorInfo(
        code: "a_code", text: "a text", recovery: "Do something.", isRetryable: true, requestId: "r-1",
        operation: "SignUp", serviceCode: "SomeException", httpStatus: 400, field: "a_field", reason: "user_disabled")

    func testEveryCaseOfTheCoreHasItsCaseHere() throws {
        let all = try allCoreErrors()
        XCTAssertEqual(all.count, 23)
        for core in all {
            let error = AuthError(core)
            let (coreName, name) = (caseName(core), caseName(error))
            XCTAssertEqual(name, coreName.prefix(1).lowercased() + coreName.dropFirst())
            XCTAssertEqual(error.info, info)
            XCTAssertEqual(error.code.rawValue, "a_code")
            XCTAssertEqual(error.requestId, "r-1")
            XCTAssertEqual(error.operation, "SignUp")
            XCTAssertEqual(error.serviceCode, "SomeException")
            XCTAssertEqual(error.httpStatus, 400)
            XCTAssertEqual(error.field, "a_field")
            XCTAssertEqual(error.reason, .userDisabled)
            XCTAssertTrue(error.isRetryable)
            XCTAssertEqual(error.userMessage(locale: Locale(identifier: "en")), "Something went wrong. Please try again later.")
            XCTAssertEqual("\(error)", "a text [a_code]: Do something.")
        }
    }

    func testWhatIsNoErrorOfTheCoreIsInternalWithoutItsText() {
        struct Panic: Error, CustomStringConvertible { let description = "canary" }
        let error = AuthError(Panic())
        guard case .internal(let info) = error else { return XCTFail("\(error)") }
        XCTAssertTrue(info.is(.internal))
        XCTAssertFalse("\(error)".contains("canary"))
        XCTAssertFalse(info.recovery.isEmpty)
    }

    func testAnErrorOfThisModuleHasTheCoresSentences() {
        let error = AuthError(code: .clientClosed)
        guard case .invalidState(let info) = error else { return XCTFail("\(error)") }
        XCTAssertEqual(error.code, .clientClosed)
        XCTAssertFalse(info.text.isEmpty || info.recovery.isEmpty || info.isRetryable)
        XCTAssertEqual(AuthError(code: .timeout).isRetryable, true)
    }

    func testACodePrintsAsItsText() {
        XCTAssertEqual("\(AuthErrorCode.totpCodeMismatch)", "totp_code_mismatch")
        XCTAssertEqual(AuthErrorCode(rawValue: "internal"), .internal)
    }

    func testAnErrorOfThisModuleStaysWhatItIs() {
        XCTAssertEqual(AuthError(AuthError.network(info)), .network(info))
    }

    /// The bridge numbers the cases from one; reading one number after the other finds all there are.
    private func allCoreErrors() throws -> [CoreError] {
        var found: [CoreError] = []
        while true {
            var bytes: [UInt8] = withUnsafeBytes(of: Int32(found.count + 1).bigEndian) { Array($0) }
            FfiConverterTypeAuthErrorInfo.write(info, into: &bytes)
            var buffer = (data: Data(bytes), offset: Data.Index(0))
            guard let error = try? FfiConverterTypeCoreError.read(from: &buffer) else { return found }
            found.append(error)
        }
    }

    private func caseName(_ value: Any) -> String {
        Mirror(reflecting: value).children.first?.label ?? ""
    }
}

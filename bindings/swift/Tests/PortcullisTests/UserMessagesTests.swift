import Foundation
@testable import Portcullis
import Testing

@Suite struct UserMessagesTests {
    private func info(_ code: String) -> AuthErrorInfo {
        AuthErrorInfo(
            code: code, text: "canary of the service", recovery: "Do something.", isRetryable: false, requestId: "r-1",
            operation: "SignUp", serviceCode: nil, httpStatus: nil, field: nil, reason: nil)
    }

    @Test func aMessageIsInTheLanguageOfTheUser() {
        let error = AuthError.codeMismatch(info("code_mismatch"))
        #expect(error.userMessage(locale: Locale(identifier: "de_CH")).hasPrefix("Dieser Code ist nicht richtig."))
        #expect(error.userMessage(locale: Locale(identifier: "ja")).hasSuffix("。"))
        // Italian is not there.
        #expect(error.userMessage(locale: Locale(identifier: "it_IT")) == "This code is not correct. Check it and try again.")
    }

    @Test func codesThatLeaveTheSameChoiceShareAMessage() {
        #expect(AuthErrorCode.network.messageKey == AuthErrorCode.timeout.messageKey)
        // A code of a later release.
        #expect(AuthErrorCode(rawValue: "from_the_future").messageKey == AuthErrorCode.internal.messageKey)
    }

    @Test func whatTheSystemShowsHoldsNoTextOfTheService() {
        let error = AuthError.validation(info("validation_failed"))
        let bridged = error as NSError
        #expect(bridged.domain == "dev.portcullis")
        #expect(bridged.code == AuthErrorCode.validationFailed.number)
        #expect(bridged.userInfo["requestId"] as? String == "r-1")
        #expect(bridged.userInfo["operation"] as? String == "SignUp")
        #expect(error.localizedDescription == error.userMessage())
        let shown = "\(bridged.userInfo) \(error.localizedDescription) \(bridged.localizedDescription)"
        #expect(!shown.contains("canary") && !shown.contains("Do something"))
    }

    @Test func numbersStayTheirCodes() {
        #expect(AuthErrorCode.accountNotFound.number == 1001)
        #expect(AuthErrorCode(rawValue: "from_the_future").number == 1000)
    }
}

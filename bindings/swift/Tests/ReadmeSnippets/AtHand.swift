import Foundation
import Portcullis

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What a reader of the READMEs would have at hand. Nothing here runs: that it compiles is the test.
final class AtHand {
    var auth: AuthClient { fatalError() }
    var configuration: AuthConfiguration { fatalError() }
    var url: URL { fatalError() }
    var password: String { fatalError() }
    var code: String { fatalError() }
    var poolTOML: String { fatalError() }
    var window: Window { fatalError() }
    var ann: AuthUser { fatalError() }
    var bob: AuthUser { fatalError() }
    var request: URLRequest {
        get { fatalError() }
        set { fatalError() }
    }
    var sent: Request { fatalError() }
    var logger: Logger { fatalError() }

    func answer(to parameters: [String: String]) -> String { fatalError() }
    func picked(from types: [MFAType]) -> MFAType { fatalError() }
    func picked(from factors: [FirstFactor]) -> FirstFactor { fatalError() }
    func show(_ picture: Picture) {}
    func show(_ text: String) {}
    func qrCode(of text: String) -> Picture { fatalError() }
}

final class Request {
    func setValue(_ value: String?, forHTTPHeaderField name: String) {}
}

struct Window {}
struct Picture {}

struct Logger {
    func error(_ text: String) {}
}

#if !canImport(AuthenticationServices)
/// In the place of the one that needs Apple's framework.
struct ASPasskeyPresenter: PasskeyPresenter {
    init(anchor: Window) {}
    func create(requestJSON: String) async throws -> String { fatalError() }
    func get(requestJSON: String) async throws -> String { fatalError() }
}

struct ASWebUIPresenter: WebUIPresenter {
    init(anchor: Window) {}
    func present(_ request: WebUIRequest) async throws -> String { fatalError() }
}
#endif

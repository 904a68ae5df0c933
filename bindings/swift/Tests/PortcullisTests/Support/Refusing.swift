import Portcullis

/// A passkey dialog that ends without a passkey.
struct Refusing: PasskeyPresenter {
    private let error: any Error

    init(_ error: PasskeyPresentationError) {
        self.error = error
    }

    init(unexpected error: any Error) {
        self.error = error
    }

    func create(requestJSON: String) async throws -> String {
        throw error
    }

    func get(requestJSON: String) async throws -> String {
        throw error
    }
}

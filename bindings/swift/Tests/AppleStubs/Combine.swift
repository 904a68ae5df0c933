// The declarations of Apple's Combine that `AuthObject` uses, written from its documentation, so that its source is
// type-checked where the framework is not.

public protocol ObservableObject: AnyObject {
    associatedtype ObjectWillChangePublisher = ObservableObjectPublisher
    var objectWillChange: ObjectWillChangePublisher { get }
}

open class ObservableObjectPublisher {
    public init() {}
    public final func send() {}
}

extension ObservableObject where ObjectWillChangePublisher == ObservableObjectPublisher {
    public var objectWillChange: ObservableObjectPublisher { fatalError() }
}

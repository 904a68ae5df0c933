#if os(macOS) || os(Linux)
import Foundation

/// What a child process prints, read as it comes.
final class Output: @unchecked Sendable {
    private let condition = NSCondition()
    private var text = ""
    private var ended = false
    /// How many lines with a text have been given; each is given once.
    private var given: [String: Int] = [:]

    init(_ handle: FileHandle) {
        let reader = Thread { [weak self] in
            while case let bytes = handle.availableData, !bytes.isEmpty {
                self?.add(String(decoding: bytes, as: UTF8.self))
            }
            self?.end()
        }
        reader.start()
    }

    /// The newest whole line with this text in it that was not given before; waits for one.
    func line(containing part: String, within seconds: TimeInterval) throws -> String {
        try wait(seconds, "no new line with `\(part)`") { text in
            let whole = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            let lines = whole.filter { $0.contains(part) }
            guard lines.count > given[part, default: 0] else { return nil }
            given[part] = lines.count
            return lines.last.map(String.init)
        }
    }

    /// The JSON document that follows this text; waits for its end.
    func json(after heading: String, within seconds: TimeInterval) throws -> Data {
        try wait(seconds, "no document after `\(heading)`") { text in
            guard let start = text.range(of: heading)?.upperBound else { return nil }
            // More may have been printed after the document, but no line of that is a lone brace.
            let document = text[start...].range(of: "\n}").map { text[start..<$0.upperBound] } ?? text[start...]
            let bytes = Data(document.utf8)
            return (try? JSONSerialization.jsonObject(with: bytes)) == nil ? nil : bytes
        }
    }

    private func wait<Value>(_ seconds: TimeInterval, _ problem: String, _ find: (String) -> Value?) throws -> Value {
        let deadline = Date().addingTimeInterval(seconds)
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let found = find(text) { return found }
            if ended || !condition.wait(until: deadline) {
                throw LocalPool.Failure(description: "\(problem) in:\n\(text)")
            }
        }
    }

    private func add(_ more: String) {
        condition.lock()
        text += more
        condition.broadcast()
        condition.unlock()
    }

    private func end() {
        condition.lock()
        ended = true
        condition.broadcast()
        condition.unlock()
    }
}
#endif

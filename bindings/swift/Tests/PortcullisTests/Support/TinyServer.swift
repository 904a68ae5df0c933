import Foundation

#if canImport(Glibc)
import Glibc
private let stream = Int32(SOCK_STREAM.rawValue)
private let sendFlags = Int32(MSG_NOSIGNAL)
#else
import Darwin
private let stream = SOCK_STREAM
private let sendFlags: Int32 = 0
#endif

/// A small HTTP server on this machine that answers what it is told and counts what it is asked.
final class TinyServer: @unchecked Sendable {
    /// What a client asked for: the operation of the service, and the request as it came.
    struct Request: Sendable {
        let operation: String
        let bytes: Data
    }

    let endpoint: URL

    private let listener: Int32
    private let answer: @Sendable (Request) -> Data?
    private let lock = NSLock()
    private var counts: [String: Int] = [:]
    private var stopped = false

    /// - Parameter answer: gives the bytes of the answer, or `nil` to close the connection without one.
    init(answer: @escaping @Sendable (Request) -> Data?) throws {
        self.answer = answer
        listener = socket(AF_INET, stream, 0)
        let port = try listen(listener)
        guard let url = URL(string: "http://127.0.0.1:\(port)") else { throw Unexpected("port \(port)") }
        endpoint = url
        let descriptor = listener
        // It lives until it is stopped: a test that only names its endpoint would else lose it in the middle.
        Thread.detachNewThread {
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    /// One that answers everything with an HTML page, as a captive portal does.
    static func html(status: String) throws -> TinyServer {
        let page = "<html><body>Welcome to the hotel's network</body></html>"
        let head = "HTTP/1.1 \(status)\r\nContent-Type: text/html\r\nContent-Length: \(page.utf8.count)\r\n\r\n"
        return try TinyServer { _ in Data((head + page).utf8) }
    }

    /// How often an operation was asked for.
    func count(_ operation: String) -> Int {
        lock.withLock { counts[operation] ?? 0 }
    }

    /// How often anything was asked for.
    var total: Int {
        lock.withLock { counts.values.reduce(0, +) }
    }

    /// Goes down: nothing listens at the endpoint any more, and open connections close at their next request.
    func stop() {
        guard lock.withLock({ stopped ? false : { stopped = true; return true }() }) else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        while let bytes = readMessage(connection) {
            let operation = header("x-amz-target", of: bytes)?.split(separator: ".").last.map(String.init) ?? ""
            let goOn = lock.withLock {
                counts[operation, default: 0] += 1
                return !stopped
            }
            guard goOn, let answer = answer(Request(operation: operation, bytes: bytes)), write(answer, to: connection)
            else { return }
        }
    }
}

private func listen(_ descriptor: Int32) throws -> UInt16 {
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 && listen(descriptor, 256) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    guard bound else { throw Unexpected("no port: \(String(cString: strerror(errno)))") }
    return UInt16(bigEndian: address.sin_port)
}

func forward(_ request: Data, toPort port: UInt16) throws -> Data? {
    let descriptor = socket(AF_INET, stream, 0)
    defer { close(descriptor) }
    var address = loopback(port: port)
    let connected = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
    guard connected, write(request, to: descriptor) else { throw Unexpected("the server behind the relay is down") }
    return readMessage(descriptor)
}

private func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}

/// A whole HTTP message with a Content-Length; `nil` at the end of the connection.
private func readMessage(_ descriptor: Int32) -> Data? {
    var message = Data()
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        if let head = message.range(of: Data("\r\n\r\n".utf8)) {
            let body = header("content-length", of: message).flatMap(Int.init) ?? 0
            if message.count >= head.upperBound + body { return message }
        }
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        message.append(contentsOf: buffer[..<count])
    }
}

func header(_ name: String, of message: Data) -> String? {
    let head = String(decoding: message, as: UTF8.self).components(separatedBy: "\r\n\r\n")[0]
    let lines = head.components(separatedBy: "\r\n").map { $0.split(separator: ":", maxSplits: 1) }
    let line = lines.first { $0.count == 2 && $0[0].lowercased() == name }
    return line.map { $0[1].trimmingCharacters(in: .whitespaces) }
}

private func write(_ data: Data, to descriptor: Int32) -> Bool {
    var rest = [UInt8](data)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, sendFlags) }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
    }
    return true
}

/// Reads one JSON text, strictly as RFC 8259 has it. An object that has a name twice is refused as
/// well, and so is half of a surrogate pair, which no Swift string can hold.
package func parseJSON(_ text: String) throws(JSONError) -> JSON {
    var parser = JSONParser(bytes: Array(text.utf8))
    return try parser.parse()
}

/// Deeper nesting than this is refused: it would exhaust the stack.
let deepestJSON = 64

private struct JSONParser {
    let bytes: [UInt8]
    private var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        if at < bytes.count { throw failure("found more after the end of the value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        if depth > deepestJSON { throw failure("nested more than \(deepestJSON) levels deep") }
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        var members: [JSONMember] = []
        var names: Set<[UInt8]> = []
        at += 1
        if skip(to: "}") { return .object(members) }
        repeat {
            skipSpace()
            if peek() != UInt8(ascii: "\"") { throw failure("expected a name in quotes") }
            let name = try string()
            if !skip(to: ":") { throw failure("expected ':'") }
            members.append(JSONMember(name, try value(depth: depth + 1)))
            if !names.insert(Array(name.utf8)).inserted { throw failure("found the name \(name) twice") }
        } while skip(to: ",")
        if !skip(to: "}") { throw failure("expected ',' or '}'") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        var items: [JSON] = []
        at += 1
        if skip(to: "]") { return .array(items) }
        repeat { items.append(try value(depth: depth + 1)) } while skip(to: ",")
        if !skip(to: "]") { throw failure("expected ',' or ']'") }
        return .array(items)
    }

    private mutating func string() throws(JSONError) -> String {
        at += 1
        var content: [UInt8] = []
        while true {
            let byte = try next()
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"): content.append(contentsOf: UTF8.encode(try escaped())!)
            case 0..<0x20: throw failure("found a control character in a string")
            default: content.append(byte)
            }
        }
    }

    private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
        switch try next() {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try scalar()
        default: throw failure("found an unknown escape")
        }
    }

    /// The scalar of `\uXXXX`, or of two of them that are a surrogate pair.
    private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        let unit = try codeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), peek() == UInt8(ascii: "\\") else {
            throw failure("found half of a surrogate pair")
        }
        at += 1
        guard try next() == UInt8(ascii: "u") else { throw failure("found half of a surrogate pair") }
        let trail = try codeUnit()
        guard UTF16.isTrailSurrogate(trail) else { throw failure("found half of a surrogate pair") }
        return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = hexDigit(try next()) else { throw failure("expected four hex digits") }
            unit = unit << 4 | digit
        }
        return unit
    }

    private func hexDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = at
        while at < bytes.count, "0123456789+-.eE".utf8.contains(bytes[at]) { at += 1 }
        let literal = bytes[start..<at]
        guard isNumber(literal) else {
            at = start
            throw failure("expected a value")
        }
        return .number(String(decoding: literal, as: UTF8.self))
    }

    private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        if !bytes[at...].starts(with: word.utf8) { throw failure("expected a value") }
        at += word.utf8.count
        return value
    }

    private mutating func skip(to mark: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek() == UInt8(ascii: mark) else { return false }
        at += 1
        return true
    }

    private mutating func skipSpace() {
        while at < bytes.count, " \t\n\r".utf8.contains(bytes[at]) { at += 1 }
    }

    private func peek() -> UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func next() throws(JSONError) -> UInt8 {
        guard let byte = peek() else { throw failure("it ends in the middle of a string") }
        at += 1
        return byte
    }

    private func failure(_ problem: String) -> JSONError {
        JSONError("not valid JSON: \(problem) " + (at < bytes.count ? "at byte \(at)" : "at the end"))
    }
}

/// Whether these bytes are a number as RFC 8259, section 6, has it.
private func isNumber(_ literal: ArraySlice<UInt8>) -> Bool {
    var rest = literal
    func skipDigits() -> Int {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits.count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let leadingZero = rest.first == UInt8(ascii: "0")
    let whole = skipDigits()
    if whole == 0 || (leadingZero && whole > 1) { return false }
    if rest.first == UInt8(ascii: ".") {
        rest = rest.dropFirst()
        if skipDigits() == 0 { return false }
    }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
        rest = rest.dropFirst()
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            rest = rest.dropFirst()
        }
        if skipDigits() == 0 { return false }
    }
    return rest.isEmpty
}

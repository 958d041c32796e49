extension JSON {
    /// Writes this value on one line; characters beyond ASCII stay as they are.
    package func encoded() -> String {
        switch self {
        case .object(let members):
            "{" + members.map { "\(quoted($0.name)):\($0.value.encoded())" }.joined(separator: ",") + "}"
        case .array(let items): "[" + items.map { $0.encoded() }.joined(separator: ",") + "]"
        case .string(let value): quoted(value)
        case .number(let literal): literal
        case .bool(let value): value ? "true" : "false"
        case .null: "null"
        }
    }

    package static func int(_ value: Int) -> JSON { .number(String(value)) }

    /// A finite number, in the fewest digits that give the same double again.
    package static func double(_ value: Double) -> JSON {
        precondition(value.isFinite, "JSON has no number \(value)")
        return .number(String(value))
    }

    package static func ints(_ values: [Int]) -> JSON { .array(values.map(JSON.int)) }

    package static func doubles(_ values: [Double]) -> JSON { .array(values.map(JSON.double)) }

    package static func strings(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }

    /// A value, or null where there is none.
    package static func optional<Value>(_ value: Value?, _ json: (Value) -> JSON) -> JSON {
        value.map(json) ?? .null
    }
}

extension JSON: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { JSONMember($0, $1) })
    }
}

private func quoted(_ text: String) -> String {
    var written = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": written += "\\" + String(scalar)
        case "\0"..<" ":
            let digits = String(scalar.value, radix: 16)
            written += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: written.unicodeScalars.append(scalar)
        }
    }
    return written + "\""
}

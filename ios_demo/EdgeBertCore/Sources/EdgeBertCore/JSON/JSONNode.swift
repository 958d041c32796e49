/// A JSON value together with its place in the file (`$.artifacts[0].mode`), read as a type.
///
/// Every reader throws a `JSONError` that names the place where something else is found.
package struct JSONNode: Sendable {
    package let json: JSON
    package let place: String

    package init(_ json: JSON, place: String = "$") {
        self.json = json
        self.place = place
    }

    /// The member of this object.
    package subscript(name: String) -> JSONNode {
        get throws(JSONError) {
            guard let member = try find(name) else { throw JSONError("found no field \(name) in \(place)") }
            return member
        }
    }

    /// The member of this object, or nil where it has none of that name.
    package func find(_ name: String) throws(JSONError) -> JSONNode? {
        guard let member = try members().first(where: { $0.name.isIdentical(to: name) }) else { return nil }
        return JSONNode(member.value, place: "\(place).\(name)")
    }

    /// Refuses this object if it has other members than these.
    package func allowOnly(_ names: String...) throws(JSONError) {
        let unknown = try members().first { member in
            !names.contains { $0.isIdentical(to: member.name) }
        }
        if let unknown { throw JSONError("found an unknown field \(unknown.name) in \(place)") }
    }

    /// This, or nil where the file has null.
    package var orNil: JSONNode? { json == .null ? nil : self }

    /// The members of this object, in their order.
    package func entries() throws(JSONError) -> [(name: String, node: JSONNode)] {
        try members().map { ($0.name, JSONNode($0.value, place: "\(place).\($0.name)")) }
    }

    /// The items of this array.
    package func items() throws(JSONError) -> [JSONNode] {
        guard case .array(let items) = json else { throw unexpected("an array") }
        return items.enumerated().map { JSONNode($1, place: "\(place)[\($0)]") }
    }

    /// The items of this array, each read as a type.
    package func list<Item>(_ read: (JSONNode) throws(JSONError) -> Item) throws(JSONError) -> [Item] {
        var list: [Item] = []
        for item in try items() { list.append(try read(item)) }
        return list
    }

    package func texts() throws(JSONError) -> [String] {
        try list { (item) throws(JSONError) in try item.text() }
    }

    package func ints() throws(JSONError) -> [Int] {
        try list { (item) throws(JSONError) in try item.int() }
    }

    package func numbers() throws(JSONError) -> [Double] {
        try list { (item) throws(JSONError) in try item.number() }
    }

    package func text() throws(JSONError) -> String {
        guard case .string(let value) = json else { throw unexpected("a text") }
        return value
    }

    package func bool() throws(JSONError) -> Bool {
        guard case .bool(let value) = json else { throw unexpected("true or false") }
        return value
    }

    /// An integer of 32 bits: larger ones are no length and no count.
    package func int() throws(JSONError) -> Int {
        guard case .number(let literal) = json, let value = Int32(literal) else {
            throw unexpected("an integer")
        }
        return Int(value)
    }

    /// An integer of 64 bits: a size in bytes.
    package func long() throws(JSONError) -> Int64 {
        guard case .number(let literal) = json, let value = Int64(literal) else {
            throw unexpected("an integer")
        }
        return value
    }

    /// A number that is finite as a double.
    package func number() throws(JSONError) -> Double {
        guard case .number(let literal) = json, let value = Double(literal), value.isFinite else {
            throw unexpected("a finite number")
        }
        return value
    }

    /// The case whose raw value this text is.
    package func oneOf<Choice: RawRepresentable<String> & CaseIterable>(
        _ type: Choice.Type
    ) throws(JSONError) -> Choice {
        let found = try text()
        guard let choice = Choice.allCases.first(where: { $0.rawValue.isIdentical(to: found) }) else {
            let expected = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw JSONError("found \"\(found)\", expected one of \(expected) at \(place)")
        }
        return choice
    }

    private func members() throws(JSONError) -> [JSONMember] {
        guard case .object(let members) = json else { throw unexpected("an object") }
        return members
    }

    private func unexpected(_ expected: String) -> JSONError {
        let found =
            switch json {
            case .object: "an object"
            case .array: "an array"
            case .string(let value): "\"\(value)\""
            case .number(let literal): literal
            case .bool(let value): "\(value)"
            case .null: "null"
            }
        return JSONError("found \(found), expected \(expected) at \(place)")
    }
}

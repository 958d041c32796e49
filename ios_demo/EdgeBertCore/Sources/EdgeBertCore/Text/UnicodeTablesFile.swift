/// Reads the tables that are built in. If they are wrong, so is the build, which nobody can mend at
/// run time.
func readUnicodeTables() -> UnicodeTables {
    do {
        return try UnicodeTables(JSONNode(try parseJSON(unicodeTablesJSON)))
    } catch {
        preconditionFailure("the built-in Unicode tables cannot be read: \(error.message)")
    }
}

private let knownFormat = 1

extension UnicodeTables {
    fileprivate init(_ file: JSONNode) throws(JSONError) {
        if try file["format"].int() != knownFormat { throw JSONError("expected the format \(knownFormat)") }
        removed = ScalarSet(try file["removed"].scalars())
        whitespace = ScalarSet(try file["whitespace"].scalars())
        ideographs = ScalarSet(try file["ideographs"].scalars())
        nonspacing = ScalarSet(try file["nonspacing"].scalars())
        punctuation = ScalarSet(try file["punctuation"].scalars())
        combiningOrder = ranks(try file["combining_order"].scalars())
        decompositions = try file["decompositions"].rows()
        lowercase = runs(try file["lowercase_runs"].ints())
            .merging(try file["lowercase_lists"].rows()) { $1 }
    }
}

/// Spreads [start, stop, rank, ...], stops left out.
private func ranks(_ flat: [UInt32]) -> [UInt32: Int] {
    var ranks: [UInt32: Int] = [:]
    for at in stride(from: 0, to: flat.count, by: 3) {
        for scalar in flat[at]..<flat[at + 1] { ranks[scalar] = Int(flat[at + 2]) }
    }
    return ranks
}

/// Spreads [first, last, step, distance, ...], last included.
private func runs(_ flat: [Int]) -> [UInt32: [UInt32]] {
    var mapped: [UInt32: [UInt32]] = [:]
    for at in stride(from: 0, to: flat.count, by: 4) {
        for scalar in stride(from: flat[at], through: flat[at + 1], by: flat[at + 2]) {
            mapped[UInt32(scalar)] = [UInt32(scalar + flat[at + 3])]
        }
    }
    return mapped
}

extension JSONNode {
    fileprivate func scalars() throws(JSONError) -> [UInt32] { try ints().map(UInt32.init) }

    /// Reads rows [from, to, to, ...].
    fileprivate func rows() throws(JSONError) -> [UInt32: [UInt32]] {
        var mapped: [UInt32: [UInt32]] = [:]
        for row in try items() {
            let scalars = try row.scalars()
            mapped[scalars[0]] = Array(scalars.dropFirst())
        }
        return mapped
    }
}

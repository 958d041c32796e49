/// A normalised text as scalars; `positions[i]` is where its i-th stood in the original.
struct NormalizedText {
    var scalars: [UInt32] = []
    var positions: [Int] = []

    mutating func append(_ scalar: UInt32, at position: Int) {
        scalars.append(scalar)
        positions.append(position)
    }
}

/// Cleans, spaces ideographs, strips accents and lowercases, in this order.
///
/// 1. Removed characters vanish, whitespace becomes U+0020.
/// 2. With `splitCJK`, an ideograph gets a space on either side.
/// 3. With accents stripped, characters are decomposed (NFD) and nonspacing marks dropped.
/// 4. With `lowercase`, every character is lowercased on its own (no final sigma, no locale).
struct Normalizer: Sendable {
    private let tables: UnicodeTables
    private let lowercase: Bool
    private let stripAccents: Bool
    private let splitCJK: Bool
    private var asciiForms: [[UInt32]] = []

    init(_ tables: UnicodeTables, _ config: TokenizerConfig) {
        self.tables = tables
        lowercase = config.lowercase
        stripAccents = config.stripsAccents
        splitCJK = config.splitCJK
        asciiForms = (0..<asciiCount).map(computeForm)
    }

    /// Normalises part of a text; the positions count in that text.
    func normalize(_ text: [UInt32], _ part: Range<Int>) -> NormalizedText {
        var normalized = NormalizedText()
        for at in part {
            for scalar in form(text[at]) {
                if isKeptMark(scalar) { return normalizeInCanonicalOrder(text, part) }
                normalized.append(scalar, at: at)
            }
        }
        return normalized
    }

    /// Whether this mark survives stripping, so that the order of marks matters.
    private func isKeptMark(_ scalar: UInt32) -> Bool {
        scalar >= asciiCount && stripAccents && tables.combiningOrder[scalar] != nil
            && !tables.nonspacing.contains(scalar)
    }

    /// All steps on one character; right unless combining marks change places.
    private func form(_ scalar: UInt32) -> [UInt32] {
        scalar < asciiCount ? asciiForms[Int(scalar)] : computeForm(scalar)
    }

    private func computeForm(_ scalar: UInt32) -> [UInt32] {
        var units = clean(scalar)
        if stripAccents {
            units = units.flatMap(tables.decompose).filter { !tables.nonspacing.contains($0) }
        }
        return lowercase ? units.flatMap(tables.lower) : units
    }

    /// Steps 1 and 2 on one character.
    private func clean(_ scalar: UInt32) -> [UInt32] {
        if tables.removed.contains(scalar) { return [] }
        if tables.whitespace.contains(scalar) { return [space] }
        return splitCJK && tables.ideographs.contains(scalar) ? [space, scalar, space] : [scalar]
    }

    /// Normalises a text with combining marks that stay and may change places.
    ///
    /// The reference hands out original positions by order and not by identity: the n-th character
    /// that is first in its decomposition gets the n-th original position, wherever sorting has put
    /// it, and what follows it in a decomposition shares it.
    private func normalizeInCanonicalOrder(_ text: [UInt32], _ part: Range<Int>) -> NormalizedText {
        var places: [Int] = []
        var units: [Unit] = []
        for at in part {
            for cleaned in clean(text[at]) {
                places.append(at)
                for (index, scalar) in tables.decompose(cleaned).enumerated() {
                    units.append(Unit(scalar: scalar, added: index > 0))
                }
            }
        }
        var normalized = NormalizedText()
        var original = -1
        for unit in inCanonicalOrder(units) {
            if !unit.added { original += 1 }
            if tables.nonspacing.contains(unit.scalar) { continue }
            for scalar in lowercase ? tables.lower(unit.scalar) : [unit.scalar] {
                normalized.append(scalar, at: places[original])
            }
        }
        return normalized
    }

    /// Sorts each run of combining marks by rank; marks of one rank keep their order.
    private func inCanonicalOrder(_ units: [Unit]) -> [Unit] {
        var ordered: [Unit] = []
        var run: [(rank: Int, unit: Unit)] = []
        func endRun() {
            let stable = run.enumerated().sorted {
                ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
            }
            ordered += stable.map(\.element.unit)
            run = []
        }
        for unit in units {
            if let rank = tables.combiningOrder[unit.scalar] {
                run.append((rank, unit))
            } else {
                endRun()
                ordered.append(unit)
            }
        }
        endRun()
        return ordered
    }

    /// A character of a decomposition; `added` for all but the first of an original character.
    private struct Unit {
        let scalar: UInt32
        let added: Bool
    }
}

private let asciiCount: UInt32 = 0x80
private let space: UInt32 = 0x20

/// A set of scalars, as sorted half-open ranges [start, stop, start, stop, ...].
struct ScalarSet: Sendable {
    private let boundaries: [UInt32]

    init(_ boundaries: [UInt32]) { self.boundaries = boundaries }

    /// Whether the scalar lies inside a range: then an odd number of boundaries is passed.
    func contains(_ scalar: UInt32) -> Bool {
        var passed = 0
        var end = boundaries.count
        while passed < end {
            let middle = (passed + end) / 2
            if boundaries[middle] <= scalar { passed = middle + 1 } else { end = middle }
        }
        return passed % 2 == 1
    }
}

/// What normalising and splitting need to know of each character.
///
/// Swift's and iOS's own tables differ from those of the reference tokenizer, and change with the
/// system. So what a character is comes from `unicode_tables.json` alone, which edgebert generates
/// and every language reads; `tests/golden/README.md` explains it.
struct UnicodeTables: Sendable {
    /// Control, format and private-use characters, U+0000 and U+FFFD.
    let removed: ScalarSet
    /// Characters that separate words.
    let whitespace: ScalarSet
    /// CJK ideographs that become words of their own.
    let ideographs: ScalarSet
    /// Marks that stripping accents drops.
    let nonspacing: ScalarSet
    /// Characters that are words of their own.
    let punctuation: ScalarSet
    /// Combining marks with the rank by which NFD sorts a run of them.
    let combiningOrder: [UInt32: Int]
    let lowercase: [UInt32: [UInt32]]
    let decompositions: [UInt32: [UInt32]]

    /// The tables that core carries; read at the first use.
    static let shared = readUnicodeTables()

    /// The full canonical decomposition (NFD) of one character.
    func decompose(_ scalar: UInt32) -> [UInt32] {
        hangulSyllables.contains(scalar) ? hangulJamo(scalar) : decompositions[scalar] ?? [scalar]
    }

    /// The lowercase of one character, whatever stands around it and whatever the locale.
    func lower(_ scalar: UInt32) -> [UInt32] { lowercase[scalar] ?? [scalar] }
}

// Hangul syllables decompose by arithmetic (Unicode Standard, section 3.12), not by table.
private let hangulSyllables: ClosedRange<UInt32> = 0xAC00...0xD7A3
private let leadingFirst: UInt32 = 0x1100
private let vowelFirst: UInt32 = 0x1161
private let trailingBeforeFirst: UInt32 = 0x11A7
private let vowelCount: UInt32 = 21
private let trailingCount: UInt32 = 28

private func hangulJamo(_ syllable: UInt32) -> [UInt32] {
    let index = syllable - hangulSyllables.lowerBound
    let leading = leadingFirst + index / (vowelCount * trailingCount)
    let vowel = vowelFirst + index / trailingCount % vowelCount
    let trailing = index % trailingCount
    return trailing == 0 ? [leading, vowel] : [leading, vowel, trailingBeforeFirst + trailing]
}

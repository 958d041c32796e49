/// Reads a vocab.txt: UTF-8, a token a line; the id of a token is its line number from 0.
///
/// Only the line end (LF or CR LF) is cut off: some vocabularies contain U+2028 or U+00A0.
///
/// - Throws: the content is no UTF-8, is empty or holds a token twice.
func readVocabulary(_ content: [UInt8], source: String) throws(EdgebertError) -> [String] {
    guard decodeUTF8(content) != nil else {
        throw .badInput("vocabulary \(source): not UTF-8; expected a vocab.txt with a token a line")
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = content.starts(with: mark) ? content.dropFirst(mark.count) : content[...]
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    let tokens = lines.map { line in
        String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
    _ = try VocabularyIndex(tokens, source: source)
    return tokens
}

/// The id of each token, found by its scalars: as strings, "é" and "e" with an accent would be one.
struct VocabularyIndex: Sendable {
    private(set) var ids: [ArraySlice<UInt32>: Int] = [:]

    /// - Throws: the vocabulary is empty, or a token stands twice.
    init(_ tokens: [String], source: String) throws(EdgebertError) {
        if tokens.isEmpty {
            throw .badInput("vocabulary \(source): found no token, expected a token a line")
        }
        ids.reserveCapacity(tokens.count)
        for (id, token) in tokens.enumerated() {
            guard let before = ids.updateValue(id, forKey: scalarValues(token)[...]) else { continue }
            throw .badInput(
                "vocabulary \(source): token \"\(token)\" stands twice, with ids \(before) and \(id); "
                    + "expected each token once"
            )
        }
    }

    subscript(token: String) -> Int? { ids[scalarValues(token)[...]] }
}

/// Refuses a vocabulary that lacks a special token of the settings, or settings that name none.
func checkSpecialTokens(_ index: VocabularyIndex, _ config: TokenizerConfig) throws(EdgebertError) {
    let missing = config.specialTokens.filter { $0.isEmpty || index[$0] == nil }
    if !missing.isEmpty {
        throw .badInput(
            "vocabulary of \(index.ids.count) tokens: lacks "
                + missing.map { "\"\($0)\"" }.joined(separator: ", ")
                + "; expected all of \(config.specialTokens.joined(separator: ", "))"
        )
    }
}

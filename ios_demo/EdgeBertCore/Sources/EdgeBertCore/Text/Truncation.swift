/// Which text is cut when a text, or a pair of texts, does not fit.
public enum Truncation: String, CaseIterable, Sendable {
    case longestFirst = "longest_first"
    case onlyFirst = "only_first"
    case onlySecond = "only_second"
}

/// Decides how many tokens of each text to keep.
///
/// `longestFirst` cuts the longer text down to the shorter one's length before it cuts both to
/// halves; of an odd room the longer text gets the larger half, the second one among equals. The
/// other strategies cut one text and leave it at least one token, except for a room of zero, where
/// every strategy drops both texts.
///
/// - Parameters:
///   - first: tokens of the first text, without special tokens.
///   - second: tokens of the second text, 0 if there is none.
///   - room: tokens that fit beside the special tokens, at least 0.
/// - Throws: the text that is to be cut cannot give up as many as do not fit.
func keptLengths(
    first: Int, second: Int, room: Int, truncation: Truncation
) throws(EdgebertError) -> (first: Int, second: Int) {
    let excess = first + second - room
    if excess <= 0 { return (first, second) }
    if room == 0 { return (0, 0) }
    if truncation == .longestFirst { return cutLongest(first: first, second: second, room: room) }
    let cut = truncation == .onlyFirst ? first : second
    if cut <= excess {
        throw .badInput(
            "truncation \(truncation.rawValue): \(first) + \(second) tokens of text do not fit into "
                + "\(room), and the text to cut has only \(cut); raise the length or use longest_first"
        )
    }
    return truncation == .onlyFirst ? (first - excess, second) : (first, second - excess)
}

private func cutLongest(first: Int, second: Int, room: Int) -> (first: Int, second: Int) {
    let shorter = min(first, second, room / 2)
    let longer = room - shorter
    return first > second ? (longer, shorter) : (shorter, longer)
}

/// Lists ranges that cover `length` tokens, each at most `room` long; neighbours share `stride`
/// tokens, and the last range ends with the text and may be shorter.
///
/// - Throws: the text does not fit into one window and windows could not advance.
func windowRanges(length: Int, room: Int, stride overlap: Int) throws(EdgebertError) -> [Range<Int>] {
    if length <= room { return [0..<length] }
    if room < 1 {
        throw .badInput(
            "the first text leaves no room for the second one, expected at least one token; "
                + "shorten the first text"
        )
    }
    if overlap >= room {
        throw .badInput(
            "stride: found \(overlap) tokens of overlap where a window has room for \(room) tokens of "
                + "the second text, expected fewer"
        )
    }
    return stride(from: 0, to: length - overlap, by: room - overlap).map { start in
        start..<min(start + room, length)
    }
}

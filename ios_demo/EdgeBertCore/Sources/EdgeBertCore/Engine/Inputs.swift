/// The inputs that an artifact can have.
public let inputNames = ["input_ids", "attention_mask", "token_type_ids"]

/// The smallest bucket that `length` tokens fit into.
///
/// - Throws: even the largest bucket is too small.
public func chooseBucket(_ buckets: [Int], length: Int) throws(EdgebertError) -> Int {
    guard let bucket = buckets.filter({ $0 >= length }).min() else {
        throw .badInput(
            "text of \(length) tokens: the largest bucket takes \(buckets.max() ?? 0); "
                + "cut the text, or export the bundle again with a larger --bucket"
        )
    }
    return bucket
}

/// Fills one text up to a bucket's length.
///
/// - Parameters:
///   - inputIDs: the ids of the text, without padding.
///   - tokenTypeIDs: one a token; padding gets type 0.
///   - bucket: tokens of the result.
///   - padID: the id that fills up.
///   - names: the inputs that the artifact takes, of `inputNames`.
/// - Returns: by name `bucket` values; the attention mask is 1 on the text and 0 on the padding.
/// - Throws: the text is longer than the bucket, the two lists differ in length,
///   or a name is none of `inputNames`.
public func padInputs(
    inputIDs: [Int], tokenTypeIDs: [Int], bucket: Int, padID: Int, names: [String] = inputNames
) throws(EdgebertError) -> [String: [Int32]] {
    if inputIDs.count != tokenTypeIDs.count {
        throw .badInput(
            "token_type_ids: found \(tokenTypeIDs.count), expected \(inputIDs.count), one a token")
    }
    _ = try chooseBucket([bucket], length: inputIDs.count)
    func filled(_ values: [Int], with filling: Int) -> [Int32] {
        (values + Array(repeating: filling, count: bucket - values.count)).map {
            Int32(truncatingIfNeeded: $0)
        }
    }
    var inputs: [String: [Int32]] = [:]
    for name in names {
        switch name {
        case "input_ids": inputs[name] = filled(inputIDs, with: padID)
        case "attention_mask": inputs[name] = filled(inputIDs.map { _ in 1 }, with: 0)
        case "token_type_ids": inputs[name] = filled(tokenTypeIDs, with: 0)
        default:
            throw .badInput(
                "input \(name): unknown, expected some of \(inputNames.joined(separator: ", ")); "
                    + "update the app"
            )
        }
    }
    return inputs
}

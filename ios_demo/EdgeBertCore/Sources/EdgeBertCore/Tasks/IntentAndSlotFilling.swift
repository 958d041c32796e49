/// Scores every intent for a text, and labels every token and joins neighbours to slots, from one
/// run of the model.
struct IntentAndSlotFilling: ModelTask {
    let tokenizer: WordPieceTokenizer
    /// The longest input in tokens, special tokens included.
    let maxLength: Int
    /// The intents in id order.
    let intents: [String]
    /// The slots' BIO tags in id order.
    let slotLabels: [String]

    func encode(_ request: Request) throws(EdgebertError) -> EncodedRequest {
        try request.refusePair(task: intentAndSlots)
        try request.refuseChoices(task: intentAndSlots)
        return try tokenizer.encodeWhole(request, maxLength: maxLength)
    }

    func decode(_ encoded: EncodedRequest, _ outputs: [Outputs]) throws(EdgebertError) -> Answer {
        let logits = try outputs[0].named("intent_logits")
        try checkLabelCount(intents, logits)
        let count = encoded.request.topK ?? defaultTopK
        return Answer(
            truncated: encoded.truncated,
            content: .intentAndSlots(
                intents: rankedLabels(intents, softmax(logits.values), count: count),
                slots: try findEntities(slotLabels, try outputs[0].named("slot_logits"), in: encoded)
            )
        )
    }
}

import EdgeBertTestSupport
import XCTest

@testable import EdgeBertCore

extension Answer {
    /// This answer as Python's `to_json` has it.
    var plainJSON: JSON {
        let truncated = JSONMember("truncated", .bool(truncated))
        let members: [JSONMember] =
            switch content {
            case .labels(let labels): [JSONMember("labels", .array(labels.map(\.json)))]
            case .entities(let entities): [JSONMember("entities", .array(entities.map(\.json)))]
            case .intentAndSlots(let intents, let slots):
                [
                    JSONMember("labels", .array(intents.map(\.json))),
                    JSONMember("entities", .array(slots.map(\.json))),
                ]
            case .span(let span):
                [
                    JSONMember("text", .string(span.text)),
                    JSONMember("score", .double(span.score)),
                    JSONMember("start", .int(span.range.start)),
                    JSONMember("end", .int(span.range.end)),
                ]
            case .masks(let masks): [JSONMember("masks", .array(masks.map(\.json)))]
            case .choices(let choices): [JSONMember("choices", .array(choices.map(\.json)))]
            case .embedding(let values): [JSONMember("embedding", numbers(values))]
            case .tokenStates(let tokens, let states):
                [
                    JSONMember("tokens", .strings(tokens)),
                    JSONMember("states", .array(states.map(numbers))),
                ]
            }
        return .object([truncated] + members)
    }
}

extension LabelScore {
    fileprivate var json: JSON { ["label": .string(label), "score": .double(score)] }
}

extension Entity {
    fileprivate var json: JSON {
        [
            "label": .string(label), "score": .double(score), "start": .int(range.start),
            "end": .int(range.end), "text": .string(text),
        ]
    }
}

extension Mask {
    fileprivate var json: JSON {
        ["start": .int(range.start), "end": .int(range.end), "fills": .array(fills.map(\.json))]
    }
}

extension Fill {
    fileprivate var json: JSON { ["token": .string(token), "score": .double(score), "text": .string(text)] }
}

extension Choice {
    fileprivate var json: JSON { ["index": .int(index), "text": .string(text), "score": .double(score)] }
}

private func numbers(_ values: [Float]) -> JSON { .doubles(values.map(Double.init)) }

/// Compares plain values; numbers up to `tolerance`, relative above 1, texts by their scalars.
func assertAlike(_ expected: JSONNode, _ found: JSON, tolerance: Double) throws {
    switch (expected.json, found) {
    case (.object(let members), .object(let others)):
        XCTAssertEqual(members.map(\.name).sorted(), others.map(\.name).sorted(), expected.place)
        for member in others { try assertAlike(expected[member.name], member.value, tolerance: tolerance) }
    case (.array(let items), .array(let others)):
        XCTAssertEqual(items.count, others.count, expected.place)
        for (item, other) in zip(try expected.items(), others) {
            try assertAlike(item, other, tolerance: tolerance)
        }
    case (.number, .number(let literal)):
        try assertClose(Double(literal)!, expected, tolerance: tolerance)
    case (.string(let text), .string(let other)):
        XCTAssertTrue(text.isIdentical(to: other), "\(expected.place): \(other), not \(text)")
    default: XCTAssertEqual(expected.json, found, expected.place)
    }
}

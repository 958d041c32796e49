package dev.edgebert.core.tasks

import dev.edgebert.core.json.Json
import dev.edgebert.core.json.JsonArray
import dev.edgebert.core.json.JsonBoolean
import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.json.JsonNumber
import dev.edgebert.core.json.JsonObject
import dev.edgebert.core.json.jsonObject
import dev.edgebert.core.json.toJson
import kotlin.math.abs
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** An answer as Python's `to_json` has it. */
fun Answer.toPlainJson(): Json = when (this) {
    is TextLabels -> jsonObject(
        "truncated" to JsonBoolean(truncated),
        "labels" to labels.toJson(::plainLabel),
    )
    is Entities -> jsonObject(
        "truncated" to JsonBoolean(truncated),
        "entities" to entities.toJson(::plainEntity),
    )
    is IntentAndSlots -> jsonObject(
        "truncated" to JsonBoolean(truncated),
        "labels" to labels.toJson(::plainLabel),
        "entities" to entities.toJson(::plainEntity),
    )
    is ExtractedAnswer -> jsonObject(
        "truncated" to JsonBoolean(truncated),
        "text" to text.toJson(),
        "score" to score.toJson(),
        "start" to range.start.toJson(),
        "end" to range.end.toJson(),
    )
    is FilledMasks -> jsonObject(
        "truncated" to JsonBoolean(truncated),
        "masks" to masks.toJson { mask ->
            jsonObject(
                "start" to mask.range.start.toJson(),
                "end" to mask.range.end.toJson(),
                "fills" to mask.fills.toJson {
                    jsonObject(
                        "token" to it.token.toJson(),
                        "score" to it.score.toJson(),
                        "text" to it.text.toJson(),
                    )
                },
            )
        },
    )
    is RankedChoices -> jsonObject(
        "truncated" to JsonBoolean(truncated),
        "choices" to choices.toJson {
            jsonObject(
                "index" to it.index.toJson(),
                "text" to it.text.toJson(),
                "score" to it.score.toJson(),
            )
        },
    )
    is Embedding -> jsonObject("truncated" to JsonBoolean(truncated), "embedding" to numbers(values))
    is TokenStates -> jsonObject(
        "truncated" to JsonBoolean(truncated),
        "tokens" to tokens.toJson { it.toJson() },
        "states" to states.toJson(::numbers),
    )
}

private fun plainLabel(label: LabelScore): Json =
    jsonObject("label" to label.label.toJson(), "score" to label.score.toJson())

private fun plainEntity(entity: Entity): Json = jsonObject(
    "label" to entity.label.toJson(),
    "score" to entity.score.toJson(),
    "start" to entity.range.start.toJson(),
    "end" to entity.range.end.toJson(),
    "text" to entity.text.toJson(),
)

private fun numbers(values: FloatArray): Json = values.toList().toJson { it.toDouble().toJson() }

/** Compares plain values; numbers up to `tolerance`, relative above 1. */
fun assertAlike(expected: JsonNode, found: Json, tolerance: Double) {
    val json = expected.json
    when {
        json is JsonObject && found is JsonObject -> {
            assertEquals(json.members.keys, found.members.keys, expected.place)
            found.members.forEach { (name, value) -> assertAlike(expected[name], value, tolerance) }
        }
        json is JsonArray && found is JsonArray -> {
            assertEquals(json.items.size, found.items.size, expected.place)
            expected.items().zip(found.items) { one, other -> assertAlike(one, other, tolerance) }
        }
        json is JsonNumber && found is JsonNumber -> {
            val value = json.literal.toDouble()
            val difference = abs(found.literal.toDouble() - value)
            assertTrue(
                difference <= tolerance * maxOf(1.0, abs(value)),
                "${expected.place}: ${found.literal}, not ${json.literal}",
            )
        }
        else -> assertEquals(json, found, expected.place)
    }
}

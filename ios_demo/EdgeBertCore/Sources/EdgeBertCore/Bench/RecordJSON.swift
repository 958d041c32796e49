extension Record {
    /// This record as a line of JSON without its end, in the format of `edgebert benchmark`'s
    /// file: `edgebert.bench` reads such lines as its own. No command shows them yet.
    public var jsonLine: String {
        switch self {
        case .latency(let record): record.json.encoded()
        case .memory(let record): record.json.encoded()
        case .failure(let record): record.json.encoded()
        }
    }
}

extension LatencyRecord {
    fileprivate var json: JSON {
        [
            "kind": .string("latency"),
            "origin": origin.json,
            "variant": variant.json,
            "repeat": .int(self.repeat),
            "sample": sample.json,
            "load_ms": .double(loadMs),
            "first_ms": .double(firstMs),
            "model_ms": .doubles(modelMs),
            "app_ms": .doubles(appMs),
            "before": before.json,
            "after": after.json,
        ]
    }
}

extension MemoryRecord {
    fileprivate var json: JSON {
        [
            "kind": .string("memory"),
            "origin": origin.json,
            "variant": variant.json,
            "start_rss": .optional(startRSS, JSON.int),
            "peak_rss": .optional(peakRSS, JSON.int),
            "peak_pss": .null,  // iOS has no proportional set size
        ]
    }
}

extension FailureRecord {
    fileprivate var json: JSON {
        [
            "kind": .string("failure"),
            "origin": origin.json,
            "engine": .string(engine),
            "mode": .string(mode.rawValue),
            "threads": .optional(threads, JSON.int),
            "reason": .string(reason),
        ]
    }
}

extension Origin {
    fileprivate var json: JSON {
        [
            "schema": .int(recordSchema),
            "run": .string(run),
            "time": .string(time),
            "target": .string(target),
            "bundle": .string(bundle),
            "edgebert": .string(coreVersion),
            "engine_version": .string(engineVersion),
            "machine": machine.json,
            "method": method.json,
        ]
    }
}

extension Variant {
    fileprivate var json: JSON {
        [
            "engine": .string(engine),
            "mode": .string(mode.rawValue),
            "bucket": .int(bucket),
            "threads": .optional(threads, JSON.int),
        ]
    }
}

extension Sample {
    fileprivate var json: JSON {
        [
            "bucket": .int(bucket),
            "text": .string(text),
            "pair": .optional(pair, JSON.string),
            "choices": .strings(choices),
            "tokens": .ints(tokens),
        ]
    }
}

extension Machine {
    fileprivate var json: JSON {
        [
            "cpu": [
                "model": .string(cpu.model),
                "board": .optional(cpu.board, JSON.string),
                "cores": .int(cpu.cores),
                "threads": .int(cpu.threads),
                "features": sorted(cpu.features, JSON.bool),
            ],
            "architecture": .string(architecture),
            "system": .string(system),
            "python": .string("none"),  // the format asks for one
        ]
    }
}

extension MeasurementMethod {
    fileprivate var json: JSON {
        [
            "iterations": .int(iterations),
            "warm_ups": .int(warmUps),
            "turn": .int(turn),
            "settle_ms": .double(settleMs),
        ]
    }
}

extension Conditions {
    fileprivate var json: JSON {
        [
            "time": .string(time),
            "load": .optional(load, JSON.double),
            "governors": .array([]),
            "megahertz": .array([]),
            "celsius": sorted(celsius, JSON.double),
        ]
    }
}

private func sorted<Value>(_ members: [String: Value], _ json: (Value) -> JSON) -> JSON {
    .object(members.sorted { $0.key < $1.key }.map { JSONMember($0.key, json($0.value)) })
}

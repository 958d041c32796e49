// How the parts of a manifest are read; a field that is missing or unknown is an error.

extension Output {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly("name", "per_token")
        name = try node["name"].text()
        perToken = try node["per_token"].bool()
    }
}

extension Artifact {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly(
            "backend", "mode", "path", "tolerance", "nearest_tolerance", "fp16"
        )
        backend = try node["backend"].oneOf(Backend.self)
        mode = try node["mode"].oneOf(Mode.self)
        path = try node["path"].text()
        tolerance = try node["tolerance"].number()
        nearestTolerance = try node["nearest_tolerance"].number()
        fp16 = try node.find("fp16").read(HalfPrecision.init)
    }
}

extension HalfPrecision {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly("texts", "agreement", "worst")
        texts = try node["texts"].int()
        agreement = try node["agreement"].number()
        worst = try node["worst"].number()
    }
}

extension CheckpointSource {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly("name", "architecture", "sha256", "license")
        name = try node["name"].text()
        architecture = try node["architecture"].text()
        sha256 = try node["sha256"].text()
        license = try node["license"].orNil?.text()
    }
}

extension Calibration {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly("path", "observer", "texts", "tokens", "text_sha256")
        path = try node["path"].text()
        observer = try node["observer"].text()
        texts = try node["texts"].int()
        tokens = try node["tokens"].int()
        textSHA256 = try node["text_sha256"].text()
    }
}

extension Fidelity {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly(
            "backend", "mode", "bucket", "reference", "texts", "held_out", "max_abs", "snr_db",
            "agreement", "worst"
        )
        backend = try node["backend"].oneOf(Backend.self)
        mode = try node["mode"].oneOf(Mode.self)
        bucket = try node["bucket"].int()
        reference = try node["reference"].text()
        texts = try node["texts"].int()
        heldOut = try node["held_out"].bool()
        maxAbs = try node["max_abs"].number()
        snrDB = try node["snr_db"].number()
        agreement = try node["agreement"].number()
        worst = try node["worst"].number()
    }
}

extension Accuracy {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly("data", "sha256", "rows", "figures")
        data = try node["data"].text()
        sha256 = try node["sha256"].text()
        rows = try node["rows"].int()
        figures = try node["figures"].list(AccuracyFigure.init)
    }
}

extension AccuracyFigure {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly("backend", "mode", "metric", "fp32", "value", "low", "high")
        backend = try node["backend"].oneOf(Backend.self)
        mode = try node["mode"].oneOf(Mode.self)
        metric = try node["metric"].text()
        fp32 = try node["fp32"].number()
        value = try node["value"].number()
        low = try node["low"].number()
        high = try node["high"].number()
    }
}

extension Temperature {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly("data", "sha256", "rows", "heads")
        data = try node["data"].text()
        sha256 = try node["sha256"].text()
        rows = try node["rows"].int()
        heads = try node["heads"].list(HeadTemperature.init)
    }
}

extension HeadTemperature {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly("output", "temperature", "answers", "ece_before", "ece_after")
        output = try node["output"].text()
        temperature = try node["temperature"].number()
        answers = try node["answers"].int()
        eceBefore = try node["ece_before"].number()
        eceAfter = try node["ece_after"].number()
    }
}

extension FileRecord {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly("sha256", "size")
        sha256 = try node["sha256"].text()
        size = try node["size"].long()
    }
}

extension TokenizerConfig {
    /// Reads a tokenizer's settings; what is missing has BERT's default.
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly(
            "lowercase", "strip_accents", "split_cjk", "unknown", "classify", "separate", "pad", "mask",
            "max_word_chars", "subword_prefix"
        )
        self.init()
        lowercase = try node.find("lowercase")?.bool() ?? lowercase
        stripAccents = try node.find("strip_accents")?.orNil?.bool()
        splitCJK = try node.find("split_cjk")?.bool() ?? splitCJK
        unknown = try node.find("unknown")?.text() ?? unknown
        classify = try node.find("classify")?.text() ?? classify
        separate = try node.find("separate")?.text() ?? separate
        pad = try node.find("pad")?.text() ?? pad
        mask = try node.find("mask")?.text() ?? mask
        maxWordChars = try node.find("max_word_chars")?.int() ?? maxWordChars
        subwordPrefix = try node.find("subword_prefix")?.text() ?? subwordPrefix
    }
}

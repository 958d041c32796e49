/// The name of the manifest in a bundle.
public let manifestName = "manifest.json"

/// The name of the manifest's signature, where a bundle has one; it is not checked here.
public let signatureName = "manifest.json.sig"

/// The manifest's format that this core reads.
public let manifestFormat = 1

/// What an artifact was lowered for.
public enum Backend: String, CaseIterable, Sendable {
    case executorch, litert, onnx
}

/// The precision of an artifact; in the order in which one is chosen where none is named.
public enum Mode: String, CaseIterable, Codable, Sendable {
    case `static`, dynamic, fp32
}

/// How a feature extraction's graph pools the states of the tokens.
public enum Pooling: String, CaseIterable, Sendable {
    case none, mean, cls, pooler
}

/// A file of the bundle: SHA-256 in hex and size in bytes.
public struct FileRecord: Equatable, Sendable {
    public let sha256: String
    public let size: Int64
}

/// One output of the graph; `perToken` outputs have the tokens as their second axis.
public struct Output: Hashable, Sendable {
    public let name: String
    public let perToken: Bool
}

/// What an int8 artifact answers where a processor computes the rest of it in fp16, as emulated when
/// it was made, over `texts` texts: its agreement with fp32, and the worst cosine.
public struct HalfPrecision: Equatable, Sendable {
    public let texts: Int
    public let agreement: Double
    public let worst: Double
}

/// One lowered model.
public struct Artifact: Equatable, Sendable {
    public let backend: Backend
    public let mode: Mode
    public let path: String
    /// The largest relative deviation of one self-test vector that passes.
    public let tolerance: Double
    /// The largest that the smallest deviation over all vectors may be.
    public let nearestTolerance: Double
    /// Nil where no processor may compute in fp16.
    public let fp16: HalfPrecision?
}

/// The checkpoint that the bundle was made from.
public struct CheckpointSource: Equatable, Sendable {
    public let name: String
    public let architecture: String
    public let sha256: String
    public let license: String?
}

/// The texts that the ranges were observed on; the table itself is the file `path`.
public struct Calibration: Equatable, Sendable {
    public let path: String
    public let observer: String
    public let texts: Int
    public let tokens: Int
    public let textSHA256: String
}

/// How far one artifact's answers are from a reference, over `texts` texts in one bucket.
public struct Fidelity: Equatable, Sendable {
    public let backend: Backend
    public let mode: Mode
    public let bucket: Int
    /// "torch", "fake-quantized" or "fp32".
    public let reference: String
    public let texts: Int
    /// Whether the texts are others than those that were calibrated on.
    public let heldOut: Bool
    /// The largest difference.
    public let maxAbs: Double
    /// Signal-to-noise ratio in dB.
    public let snrDB: Double
    /// The share of equal top labels for tasks that choose one, otherwise the mean cosine similarity.
    public let agreement: Double
    /// The smallest cosine similarity of a single text.
    public let worst: Double
}

/// One figure of one artifact on labelled rows, beside the fp32 checkpoint's, 0 to 1.
public struct AccuracyFigure: Equatable, Sendable {
    public let backend: Backend
    public let mode: Mode
    public let metric: String
    public let fp32: Double
    public let value: Double
    /// Lower end of the 95 % bootstrap interval of `value` - `fp32`.
    public let low: Double
    /// Its upper end.
    public let high: Double
}

/// What was measured on labelled rows: `rows` of the file `data`; main figures first.
public struct Accuracy: Equatable, Sendable {
    public let data: String
    public let sha256: String
    public let rows: Int
    public let figures: [AccuracyFigure]
}

/// What one output's logits were divided by before quantising, so that its scores tell how often
/// they are right; there is nothing left for a device to divide.
public struct HeadTemperature: Equatable, Sendable {
    public let output: String
    public let temperature: Double
    /// The texts, or words where the output is per token, that it was fitted on.
    public let answers: Int
    /// Their expected calibration error without it, 0 to 1.
    public let eceBefore: Double
    /// The same with it.
    public let eceAfter: Double
}

/// The temperatures of the `heads`, fitted on `rows` labelled rows of the file `data`.
public struct Temperature: Equatable, Sendable {
    public let data: String
    public let sha256: String
    public let rows: Int
    public let heads: [HeadTemperature]
}

/// All that a device needs to know about a bundle; `edgebert/bundle/manifest.py` is its source.
public struct Manifest: Equatable, Sendable {
    public let edgebert: String
    public let task: String
    /// A classifier's labels in id order; with intents and slots the intents.
    public let labels: [String]
    public let pooling: Pooling
    public let normalize: Bool
    public let inputs: [String]
    public let outputs: [Output]
    public let buckets: [Int]
    public let vocabulary: String
    public let tokenizer: TokenizerConfig
    public let artifacts: [Artifact]
    public let selfTest: String
    public let recipe: String
    public let source: CheckpointSource
    public let calibration: Calibration?
    public let fidelity: [Fidelity]
    public let versions: [String: String]
    public let files: [String: FileRecord]
    public let accuracy: Accuracy?
    /// The slots' BIO tags in id order; empty for every task but intents and slots.
    public let slotLabels: [String]
    /// Nil where no temperature was fitted.
    public let temperature: Temperature?
    /// The least score of a label in an answer, for a classifier with several labels a text; nil for
    /// every other model.
    public let labelThreshold: Double?
}

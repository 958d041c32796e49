import EdgeBertCore

/// The runtimes that this build links, the preferred one first.
func linkedEngines() -> [any Engine] {
    var engines: [any Engine] = [ExecuTorchEngine()]
    #if canImport(TensorFlowLite)
        engines.append(LiteRTEngine())
    #endif
    return engines
}

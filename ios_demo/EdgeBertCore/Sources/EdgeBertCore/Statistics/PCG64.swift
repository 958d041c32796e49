/// The random numbers of numpy's `default_rng(0).integers(0, n)`, so that Swift resamples as Python
/// does and intervals come out equal.
///
/// The generator is PCG XSL RR 128/64 (O'Neill, "PCG: A Family of Simple Fast Space-Efficient
/// Statistically Good Algorithms for Random Number Generation", 2014), its numbers are brought into
/// a range by Lemire's method ("Fast Random Integer Generation in an Interval", 2019) on 32 bits.
struct PCG64 {
    // What numpy makes of the seed 0: `numpy.random.PCG64(0).state`.
    private var high: UInt64 = 0x1AA1_B534_5996_452D
    private var low: UInt64 = 0x0958_5EB7_A695_61E3

    /// The half of the last 64 bits that has not been given out yet.
    private var kept: UInt32?

    /// A number from 0 to `count` - 1, each equally likely.
    mutating func nextIndex(below count: Int) -> Int {
        if count == 1 { return 0 }  // numpy draws nothing then
        let range = UInt32(count)
        let threshold = (0 &- range) % range  // 2^32 modulo the range
        var product = next32().multipliedFullWidth(by: range)
        while product.low < threshold { product = next32().multipliedFullWidth(by: range) }
        return Int(product.high)
    }

    private mutating func next32() -> UInt32 {
        if let half = kept {
            kept = nil
            return half
        }
        let bits = next64()
        kept = UInt32(truncatingIfNeeded: bits >> 32)
        return UInt32(truncatingIfNeeded: bits)
    }

    private mutating func next64() -> UInt64 {
        step()
        let (bits, rotation) = (high ^ low, high >> 58)
        return bits >> rotation | bits << ((64 - rotation) % 64)
    }

    /// state = state * multiplier + increment, modulo 2^128.
    private mutating func step() {
        let product = low.multipliedFullWidth(by: multiplierLow)
        let crossed = high &* multiplierLow &+ low &* multiplierHigh
        let sum = product.low.addingReportingOverflow(incrementLow)
        low = sum.partialValue
        high = product.high &+ crossed &+ incrementHigh &+ (sum.overflow ? 1 : 0)
    }
}

private let multiplierHigh: UInt64 = 0x2360_ED05_1FC6_5DA4
private let multiplierLow: UInt64 = 0x4385_DF64_9FCC_F645
private let incrementHigh: UInt64 = 0x418D_DADB_3AF7_1A82
private let incrementLow: UInt64 = 0x5881_33BC_4478_73A9

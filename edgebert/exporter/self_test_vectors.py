"""The self-test of a bundle: texts of our own with what each precision mode must answer."""

from collections.abc import Mapping, Sequence
from itertools import product

from edgebert.bundle.manifest import Mode, SelfTest, SelfTestVector
from edgebert.bundle.stored_output import store_output
from edgebert.exporter.calibration import TextSample
from edgebert.exporter.encoding import TextInputs
from edgebert.exporter.lowering.program import Program
from edgebert.exporter.text_selection import with_mask
from edgebert.exporter.verification import run_graph

# Written for this purpose, so that a bundle never carries its maker's calibration texts.
SENTENCES = (
    "Wake me up at half past six tomorrow.",
    "The old lighthouse keeper counted 27 ships before the fog came in, and then he went to bed.",
    "Could you tell me whether the library on Garden Street is open on Sundays, and how long it "
    "takes to walk there from the central station?",
    "Our neighbours planted three apple trees behind the garage last autumn. Two of them carried "
    "fruit this year: small, sour, and full of worms. The third one was eaten by a goat.",
)

# Short ones meet few values that float rounding decides: at least one should be met exactly.
SHORT_SENTENCES = ("Good morning.", "Lights off, please.", "Not now.", "What time is it?")
SHORT_PAIR = "So it is."
PAIR = "It says how an ordinary day went, and what was planned for the next one."


def self_test_samples(pairs: bool, mask: str | None) -> list[TextSample]:
    """Return the texts of the self-test: single ones or pairs, with a mask where one is given."""
    texts = [
        *((sentence, PAIR) for sentence in SENTENCES),
        *((sentence, SHORT_PAIR) for sentence in SHORT_SENTENCES),
    ]
    samples = (TextSample(text, pair if pairs else None) for text, pair in texts)
    return [with_mask(sample, mask) for sample in samples]


def build_self_test(
    programs: Mapping[Mode, Program], inputs: TextInputs, samples: Sequence[TextSample]
) -> SelfTest:
    """Build the vectors, from the graphs that the artifacts were lowered from.

    A text that fits into the shortest bucket is there once, any other once a bucket, cut to it.

    Args:
        programs: the programs by mode.
        inputs: makes the graphs' inputs of texts.
        samples: the texts, see `self_test_samples`.

    Returns:
        The self-test.
    """
    program = next(iter(programs.values()))
    outputs = program.graph.outputs
    vectors = []
    for bucket, sample in product(program.buckets, samples):
        shorter = [b for b in program.buckets if b < bucket]
        if shorter and len(inputs.encode(sample)) <= shorter[0]:
            continue
        encoding = inputs.encode(sample, bucket)
        tensors = inputs.tensors(encoding, bucket)
        expected = {
            mode: tuple(
                store_output(name, values)
                for name, values in run_graph(p.quantized, tensors, outputs, len(encoding)).items()
            )
            for mode, p in programs.items()
        }
        vectors.append(
            SelfTestVector(
                text=sample.text,
                pair=sample.pair,
                input_ids=tuple(encoding.input_ids),
                token_type_ids=tuple(encoding.token_type_ids),
                bucket=bucket,
                expected=expected,
            )
        )
    return SelfTest(vectors=tuple(vectors))

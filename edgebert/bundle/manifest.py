"""The manifest of a bundle: what it holds, where each part came from and how it was verified."""

from typing import Literal, get_args

import msgspec

from edgebert.text import TokenizerConfig

FORMAT = 1
MANIFEST_NAME = "manifest.json"
SIGNATURE_NAME = "manifest.json.sig"
# The files of a bundle that its manifest cannot have the hashes of.
UNRECORDED = (MANIFEST_NAME, SIGNATURE_NAME)

Backend = Literal["executorch", "litert", "onnx"]
Mode = Literal["static", "dynamic", "fp32"]
Pooling = Literal["none", "mean", "cls", "pooler"]
BACKENDS: tuple[Backend, ...] = get_args(Backend)
MODES: tuple[Mode, ...] = get_args(Mode)
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)
"""How feature extraction makes one vector of a text: all token vectors as they are, their mean
over the valid tokens, the first token's, or the first token's through the pooler layer."""

# The tasks, by transformers' names where it has them; what each of them is stands in
# edgebert.tasks.
FEATURE_EXTRACTION = "feature-extraction"
FILL_MASK = "fill-mask"
TEXT_CLASSIFICATION = "text-classification"
MULTIPLE_CHOICE = "multiple-choice"
TOKEN_CLASSIFICATION = "token-classification"
QUESTION_ANSWERING = "question-answering"
INTENT_AND_SLOTS = "intent-and-slots"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the manifest's parts: immutable, and strict about unknown fields."""


class FileRecord(Part, frozen=True):
    """A file of the bundle: SHA-256 in hex and size in bytes."""

    sha256: str
    size: int


class Output(Part, frozen=True):
    """One output of the graph; ``per_token`` outputs have the tokens as their second axis."""

    name: str
    per_token: bool


_LOGITS = Output("logits", per_token=False)
_TOKEN_LOGITS = Output("logits", per_token=True)

TASK_OUTPUTS: dict[str, tuple[Output, ...]] = {
    FILL_MASK: (_TOKEN_LOGITS,),
    TEXT_CLASSIFICATION: (_LOGITS,),
    MULTIPLE_CHOICE: (_LOGITS,),
    TOKEN_CLASSIFICATION: (_TOKEN_LOGITS,),
    QUESTION_ANSWERING: (
        Output("start_logits", per_token=True),
        Output("end_logits", per_token=True),
    ),
    INTENT_AND_SLOTS: (
        Output("intent_logits", per_token=False),
        Output("slot_logits", per_token=True),
    ),
}
"""The outputs that a task's answers are read from; those of feature extraction depend on how the
graph pools, and have any name."""


class HalfPrecision(Part, frozen=True):
    """What an int8 artifact answers where a processor computes the rest of it in fp16.

    Emulated when it was made, over ``texts`` texts: ``agreement`` and ``worst`` as in `Fidelity`,
    against fp32.
    """

    texts: int
    agreement: float
    worst: float


class Artifact(Part, frozen=True):
    """One lowered model: the file, which backend it is for and its precision mode.

    ``tolerance`` bounds, for each output, the relative deviation (Euclidean norm of the difference
    over the norm of the expected values) of one self-test vector of this mode, and
    ``nearest_tolerance`` the smallest over all vectors: rounding in another order moves some
    answers far and others not at all, an engine that computes otherwise moves every one.
    ``fp16`` is there where processors may compute in fp16 what is not int8.
    """

    backend: Backend
    mode: Mode
    path: str
    tolerance: float
    nearest_tolerance: float
    fp16: HalfPrecision | msgspec.UnsetType = msgspec.UNSET


class Source(Part, frozen=True):
    """The checkpoint that the bundle was made from."""

    name: str
    architecture: str
    sha256: str
    license: str | None


class Calibration(Part, frozen=True):
    """The texts the ranges were observed on; the table itself is the file ``path``."""

    path: str
    observer: str
    texts: int
    tokens: int
    text_sha256: str


class Fidelity(Part, frozen=True):
    """How far one artifact's answers are from a reference, over ``texts`` texts in one bucket.

    ``max_abs``, ``snr_db`` (signal-to-noise ratio) and ``agreement`` are taken over all outputs;
    ``agreement`` is the share of equal top-1 answers for tasks that choose one (of texts with the
    intent and all tags equal, for intents and slots; of all tokens, where each has an answer), the
    correlation over the texts where each has a single score, otherwise the mean cosine similarity.
    ``worst`` is the smallest cosine similarity of a single text. ``held_out`` tells whether the
    texts are others than those that were calibrated on.
    """

    backend: Backend
    mode: Mode
    bucket: int
    reference: Literal["torch", "fake-quantized", "fp32"]
    texts: int
    held_out: bool
    max_abs: float
    snr_db: float
    agreement: float
    worst: float


class AccuracyFigure(Part, frozen=True):
    """One figure of one artifact on labelled rows, beside the fp32 checkpoint's, 0 to 1.

    ``low`` and ``high`` are the 95 % bootstrap interval of ``value`` - ``fp32``.
    """

    backend: Backend
    mode: Mode
    metric: str
    fp32: float
    value: float
    low: float
    high: float


class Accuracy(Part, frozen=True):
    """What was measured on labelled rows: ``rows`` of the file ``data``; main figures first."""

    data: str
    sha256: str
    rows: int
    figures: tuple[AccuracyFigure, ...]


class HeadTemperature(Part, frozen=True):
    """What one output's logits were divided by, so that its scores tell how often they are right.

    It was fitted on the fp32 checkpoint's logits for so many ``answers`` (texts, or words where
    the output is per token). ``ece_before`` and ``ece_after`` are their expected calibration errors
    without it and with it, 0 to 1 (edgebert.evaluation.confidence). The weights of the output's
    last layer were divided before quantising: the artifacts' logits need no further division.
    """

    output: str
    temperature: float
    answers: int
    ece_before: float
    ece_after: float


class Temperature(Part, frozen=True):
    """The temperatures of the ``heads``, fitted on ``rows`` labelled rows of the file ``data``."""

    data: str
    sha256: str
    rows: int
    heads: tuple[HeadTemperature, ...]


class Manifest(Part, frozen=True):
    """All that a device needs to know about a bundle, and all that a sceptic wants to.

    ``labels`` are a classifier's labels in id order, with intents and slots the intents;
    ``slot_labels`` are the slots' BIO tags in id order, and empty for every other task.
    ``temperature`` is not in the file where no temperature was fitted. ``label_threshold`` is only
    there for a classifier with several labels a text (multi-label), whose scores are sigmoids: a
    label is in the answer if its score is at least this.
    """

    format: int
    edgebert: str
    task: str
    labels: tuple[str, ...]
    pooling: Pooling
    normalize: bool
    inputs: tuple[str, ...]
    outputs: tuple[Output, ...]
    buckets: tuple[int, ...]
    vocabulary: str
    tokenizer: TokenizerConfig
    artifacts: tuple[Artifact, ...]
    self_test: str
    recipe: str
    source: Source
    calibration: Calibration | None
    fidelity: tuple[Fidelity, ...]
    versions: dict[str, str]
    files: dict[str, FileRecord]
    accuracy: Accuracy | None = None
    slot_labels: tuple[str, ...] = ()
    temperature: Temperature | msgspec.UnsetType = msgspec.UNSET
    label_threshold: float | msgspec.UnsetType = msgspec.UNSET


class StoredOutput(Part, frozen=True):
    """An expected output: every ``stride``-th value of it, flattened, padding left out."""

    name: str
    shape: tuple[int, ...]
    stride: int
    values: tuple[float, ...]


class SelfTestVector(Part, frozen=True):
    """One text with its ids and what each precision mode must answer."""

    text: str
    pair: str | None
    input_ids: tuple[int, ...]
    token_type_ids: tuple[int, ...]
    bucket: int
    expected: dict[Mode, tuple[StoredOutput, ...]]


class SelfTest(Part, frozen=True):
    """The content of the bundle's self-test file."""

    vectors: tuple[SelfTestVector, ...]

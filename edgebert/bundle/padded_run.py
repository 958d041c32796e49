"""One run of an artifact as everything here does it: pad, run, drop the padding of the answer."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from edgebert.bundle.manifest import Output
from edgebert.engines.inputs import pad_inputs
from edgebert.engines.session import Float32Array, Session


class TokenIds(Protocol):
    """A tokenized text, such as an Encoding or a vector of the self-test."""

    @property
    def input_ids(self) -> Sequence[int]:
        """The ids, without padding."""
        ...

    @property
    def token_type_ids(self) -> Sequence[int]:
        """One a token."""
        ...


def run_padded(
    session: Session,
    tokens: TokenIds,
    bucket: int,
    *,
    pad_id: int,
    inputs: Sequence[str],
    outputs: Sequence[Output],
) -> dict[str, Float32Array]:
    """Run one text in a bucket.

    Args:
        session: the opened artifact.
        tokens: the text.
        bucket: the length to pad it to.
        pad_id: the id that fills up.
        inputs: the names of the artifact's inputs.
        outputs: which outputs there are, and which of them have an entry a token.

    Returns:
        By name float32 [1, ...], per-token outputs [1, tokens, ...].

    Raises:
        EdgebertError: the text does not fit into the bucket, the artifact has no such bucket or
            cannot be run.

    """
    padded = pad_inputs(tokens.input_ids, tokens.token_type_ids, bucket, pad_id, inputs)
    return drop_padding(session.run(padded), outputs, len(tokens.input_ids))


def drop_padding(
    arrays: Mapping[str, Float32Array], outputs: Sequence[Output], tokens: int
) -> dict[str, Float32Array]:
    """Leave out of per-token outputs, [1, bucket, ...], what lies behind the text's own tokens."""
    return {
        output.name: arrays[output.name][:, :tokens] if output.per_token else arrays[output.name]
        for output in outputs
    }

"""Reading of a vocabulary file and what every vocabulary must hold."""

from collections.abc import Sequence
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.text.config import TokenizerConfig


def load_vocabulary(path: str | Path) -> list[str]:
    """Read a vocab.txt: UTF-8, a token a line; the id of a token is its line number from 0.

    Only the line end (LF or CR LF) is cut off: some vocabularies contain U+2028 or U+00A0.

    Raises:
        EdgebertError: the file cannot be read, is no UTF-8, is empty or holds a token twice.

    """
    path = Path(path)
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise EdgebertError(
            f"vocabulary {path}: cannot be read ({error.strerror}); expected a vocab.txt"
        ) from error
    except UnicodeDecodeError as error:
        raise EdgebertError(
            f"vocabulary {path}: byte {error.start} is not UTF-8; "
            "expected a vocab.txt with a token a line, saved as UTF-8"
        ) from error
    lines = content.split("\n")
    if lines[-1] == "":
        lines.pop()
    vocabulary = [line.removesuffix("\r") for line in lines]
    try:
        index_vocabulary(vocabulary)
    except EdgebertError as error:
        raise EdgebertError(f"vocabulary {path}: {error}") from error
    return vocabulary


def index_vocabulary(vocabulary: Sequence[str]) -> dict[str, int]:
    """Map each token to its id.

    Raises:
        EdgebertError: the vocabulary is empty or holds a token twice.

    """
    if not vocabulary:
        raise EdgebertError("found no token, expected a token a line")
    ids: dict[str, int] = {}
    for id, token in enumerate(vocabulary):
        if token in ids:
            raise EdgebertError(
                f"token {token!r} stands twice, with ids {ids[token]} and {id}; "
                "expected each token once, remove or rename one without moving the others"
            )
        ids[token] = id
    return ids


def check_special_tokens(ids: dict[str, int], config: TokenizerConfig) -> None:
    """Raise EdgebertError unless every special token of the settings has a name and an id."""
    missing = [repr(token) for token in config.special_tokens if not token or token not in ids]
    if missing:
        raise EdgebertError(
            f"vocabulary of {len(ids)} tokens: lacks {', '.join(missing)}; expected all of "
            f"{', '.join(config.special_tokens)}; add them or name others in the tokenizer config"
        )

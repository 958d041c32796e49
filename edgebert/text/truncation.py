"""How many tokens of which text are kept, as Hugging Face's tokenizers decide it."""

from typing import Literal, get_args

from edgebert.errors import EdgebertError

Truncation = Literal["longest_first", "only_second", "only_first"]
STRATEGIES: tuple[str, ...] = get_args(Truncation)


def kept_lengths(first: int, second: int, room: int, truncation: Truncation) -> tuple[int, int]:
    """Decide how many tokens of each text to keep.

    `longest_first` cuts the longer text down to the shorter one's length before it cuts both to
    halves; of an odd room the longer text gets the larger half, the second one among equals. The
    other strategies cut one text and leave it at least one token, except for a room of zero, where
    every strategy drops both texts.

    Args:
        first: tokens of the first text, without special tokens.
        second: tokens of the second text, 0 if there is none.
        room: tokens that fit beside the special tokens, at least 0.
        truncation: which text is cut.

    Raises:
        EdgebertError: the text that is to be cut cannot give up as many tokens as do not fit, or
            the strategy does not exist.

    """
    if truncation not in STRATEGIES:
        raise EdgebertError(
            f"truncation: found {truncation!r}, expected one of {', '.join(STRATEGIES)}"
        )
    excess = first + second - room
    if excess <= 0:
        return first, second
    if room == 0:
        return 0, 0
    if truncation == "longest_first":
        return _cut_longest(first, second, room)
    cut = first if truncation == "only_first" else second
    if cut <= excess:
        raise EdgebertError(
            f"truncation {truncation}: {first} + {second} tokens of text do not fit into {room}, "
            f"and the text to cut has only {cut}; raise max_length or use longest_first"
        )
    return (first - excess, second) if truncation == "only_first" else (first, second - excess)


def _cut_longest(first: int, second: int, room: int) -> tuple[int, int]:
    shorter = min(first, second)
    if 2 * shorter <= room:
        longer = room - shorter
    else:
        shorter, longer = room // 2, room - room // 2
    return (longer, shorter) if first > second else (shorter, longer)


def window_ranges(length: int, room: int, stride: int) -> list[tuple[int, int]]:
    """List ranges [start, stop) that cover `length` tokens, each at most `room` long.

    Neighbours share `stride` tokens; the last range ends with the text and may be shorter.

    Raises:
        EdgebertError: the text does not fit into one window and windows could not advance.

    """
    if length <= room:
        return [(0, length)]
    if room < 1:
        raise EdgebertError(
            "max_length: the first text leaves no room for the second one, expected at least one "
            "token; shorten the first text or raise max_length"
        )
    if stride >= room:
        raise EdgebertError(
            f"stride: found {stride} tokens of overlap where a window has room for {room} tokens "
            "of the second text, expected fewer; lower stride or raise max_length"
        )
    step = room - stride
    starts = range(0, length - stride, step)
    return [(start, min(start + room, length)) for start in starts]

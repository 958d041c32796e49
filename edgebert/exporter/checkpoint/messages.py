"""Other libraries' exceptions as part of a one-line message."""

from __future__ import annotations


def one_line(error: Exception) -> str:
    """Return an exception's message on one line, cut to a length that fits a message."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:197] + "..."

"""What a sentence about lists says beside the list's name: the item, and what is to be done.

The model marks the names of lists but not what is put on them, so the item is what stands between
the verb and the list.
"""

import re
from dataclasses import dataclass
from typing import Literal

NOTES = "notes"
TO_DO = "to do"
LONGEST = 200  # characters of a name or an item

_LIST = r"(?:(?:my|the|our|a|this|that|your)\s+)?(?P<list>[^,]{0,80}?)\s*\blists?\b"
_ADD = re.compile(
    rf"\b(?:add|put|write|include|insert|append|place|get|update)\s+(?P<item>.+?)\s+"
    rf"(?:to|on|onto|in|into|down on|down in)\s+{_LIST}"
)
_UPDATE = re.compile(rf"\bupdate\s+{_LIST}\s+with\s+(?P<item>.+)")
_ADD_AFTER = re.compile(rf"^{_LIST}[,:]?\s+(?:add|put)\s+(?P<item>.+)")
_NEED = re.compile(
    r"\b(?:i|we) (?:need|want) (?:some |more )*(?P<item>.+?)"
    rf"(?:\s+(?:added |put )?(?:to|on|onto) {_LIST})?$"
)
_ADD_ALONE = re.compile(r"\b(?:add|append|include)\s+(?P<item>.+)")
_NOTE = re.compile(
    r"^(?:please )?(?:(?:take|make|write) (?:a |down a )?note|note down|note|write down|jot down)\b"
    r"(?:\s+(?:that|of|to|saying))?[:, ]*(?P<item>.*)"
)
_REMIND = re.compile(r"\bremind me (?:to|about|of)\s+(?P<item>.+)")
_REMOVE = re.compile(
    rf"\b(?:remove|delete|take|cross|strike|erase|scratch|drop|clear)\s+(?P<item>.+?)\s+"
    rf"(?:from|off|out of|on|in)\s+(?:of\s+)?{_LIST}"
)
_NEW = re.compile(r"\b(?:new|create|make|start|begin|open)\b.*\blists?\b")
_EMPTY = re.compile(r"\b(?:clear|empty|wipe)\b")
_NO_ITEM = re.compile(
    r"(?:(?:this|that|the|an?|some|my|new|another)\s+)?(?:items?|things?|stuff|something|it|one|entry)"
)
_LAST = re.compile(r"(?:the\s+|my\s+)?(?:last|latest)(?:\s+(?:item|thing|one|entry))?")
_WHOLE = re.compile(r"(?:everything|all(?:\s+(?:of\s+)?(?:the\s+)?(?:items|things))?)")
_POLITE = re.compile(r"^(?:please|also|then)\s+|\s+please$")


@dataclass(frozen=True)
class ListRequest:
    """What a sentence asks of a list.

    Attributes:
        item: what is added or removed, or "".
        name: the list's name as the sentence has it, or "".
        about: one item or the last one, all items, the list itself, or a new list.

    """

    item: str
    name: str
    about: Literal["item", "last", "items", "list", "new"]


def read_addition(text: str) -> ListRequest:
    """Read a sentence that adds something or makes a list."""
    words = text.strip(" .!?")
    lower = words.casefold()
    for pattern in (_UPDATE, _ADD_AFTER, _ADD):
        if match := pattern.search(lower):
            return ListRequest(_item(words, lower, match), _name(match["list"]), "item")
    if (match := _NOTE.search(lower)) and "list" not in lower:
        return ListRequest(_item(words, lower, match), NOTES, "item")
    if match := _REMIND.search(lower):
        return ListRequest(_item(words, lower, match), TO_DO, "item")
    if _NEW.search(lower):
        return ListRequest("", "", "new")
    if match := _ADD_ALONE.search(lower):
        return ListRequest(_item(words, lower, match), "", "item")
    if match := _NEED.search(lower):
        return ListRequest(_item(words, lower, match), _name(match["list"]), "item")
    return ListRequest("", "", "item")


def read_removal(text: str) -> ListRequest:
    """Read a sentence that removes something, or a list."""
    words = text.strip(" .!?")
    lower = words.casefold()
    match = _REMOVE.search(lower)
    if match is None:
        about: Literal["items", "list"] = "items" if _EMPTY.search(lower) else "list"
        if _LAST.search(lower) and "item" in lower:
            return ListRequest("", "", "last")
        return ListRequest("", "", about)
    item, name = _item(words, lower, match), _name(match["list"])
    if _LAST.fullmatch(match["item"]):
        return ListRequest("", name, "last")
    if _WHOLE.fullmatch(match["item"]):
        return ListRequest("", name, "items")
    return ListRequest(item, name, "item")


def plain_name(name: str) -> str:
    """Return a list's name as it is kept: "My Shopping list" is "shopping"."""
    words = " ".join(name.casefold().split())[:LONGEST].strip(" .,!?'")
    words = re.sub(r"^(?:(?:my|the|our|a|an|new|called|named)\s+)+", "", words)
    return re.sub(r"\s*\blists?$", "", words)


def _item(words: str, lower: str, match: re.Match[str]) -> str:
    start, end = match.span("item")
    # Lower case may have another length (the Turkish capital I with a dot).
    item = (words if len(words) == len(lower) else lower)[start:end].strip(" .,!?")[:LONGEST]
    item = _POLITE.sub("", item)
    return "" if _NO_ITEM.fullmatch(item.casefold()) else item


def _name(name: str | None) -> str:
    return plain_name(name or "")

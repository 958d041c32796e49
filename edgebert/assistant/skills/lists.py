"""Lists and notes: kept in the store; notes are a list of that name."""

from edgebert.assistant.handlers import Slot, handler
from edgebert.assistant.saying import say_all, say_count
from edgebert.assistant.skills.list_words import (
    LONGEST,
    TO_DO,
    ListRequest,
    plain_name,
    read_addition,
    read_removal,
)
from edgebert.assistant.turn import Reply, Turn

MOST_LISTS, MOST_ITEMS = 200, 1000

Found = tuple[int, str]


@handler("list.add", Slot("list"), Slot("item"))
def add(turn: Turn) -> Reply | str:
    """Put something on a list, or make one."""
    wanted = read_addition(turn.text)
    name = _wanted_name(turn, wanted)
    lists = _lists(turn)
    if wanted.about == "new" and not turn.words("item"):
        return _create(turn, name)
    items = [
        part for text in (turn.words("item") or wanted.item).split(",") if (part := text.strip())
    ]
    if not items:
        return Reply("What should I add?", asks="item")
    if not name and len(lists) > 1:
        return Reply(f"To which list: {say_all([name for _, name in lists], 'or')}?", asks="list")
    name = name or (lists[0][1] if lists else TO_DO)  # while there is no list
    number = _make(turn, name)
    (count,) = turn.store.execute("select count(*) from items where list = ?", number)[0]
    if count + len(items) > MOST_ITEMS:
        return f"The {name} list is full: it has {say_count(count, 'item')}."
    for item in items:
        turn.store.execute("insert into items (list, text) values (?, ?)", number, item[:LONGEST])
    return f"Added to the {name} list: {say_all(items)}."


@handler("list.show", Slot("list"))
def show(turn: Turn) -> Reply | str:
    """Say what is on a list, or which lists there are."""
    lists = _lists(turn)
    if not lists:
        return "You have no lists."
    name = plain_name(turn.words("list"))
    names = [name for _, name in lists]
    if not name and "lists" in turn.text.casefold().split():
        return f"You have {say_count(len(lists), 'list')}: {say_all(names)}."
    if not name and len(lists) > 1:
        return Reply(f"Which list: {say_all(names, 'or')}?", asks="list")
    found = _find(lists, name) if name else lists[0]
    if found is None:
        return _no_list(name, lists)
    items = [text for _, text in _items(turn, found)]
    if not items:
        return f"The {found[1]} list is empty."
    return f"On the {found[1]} list: {say_all(items)}."


@handler("list.remove", Slot("list"), Slot("item"))
def remove(turn: Turn) -> Reply | str:
    """Take an item off a list; all of them, or the list, only after a yes."""
    lists = _lists(turn)
    if not lists:
        return "You have no lists."
    wanted = read_removal(turn.text)
    name = _wanted_name(turn, wanted)
    if not name and len(lists) > 1:
        return Reply(f"Which list: {say_all([name for _, name in lists], 'or')}?", asks="list")
    found = _find(lists, name) if name else lists[0]
    if found is None:
        return _no_list(name, lists)
    if wanted.about in ("items", "list"):
        return _clear(turn, found, whole=wanted.about == "list")
    items = _items(turn, found)
    item = (turn.words("item") or wanted.item).casefold()
    if wanted.about == "last":
        matching = items[-1:]
    elif not item:
        return Reply("Which item?", asks="item")
    else:
        matching = [row for row in items if row[1].casefold() == item]
    if not matching:
        return f"The {found[1]} list has no {item or 'items'}."
    turn.store.execute("delete from items where id = ?", matching[0][0])
    return f"Removed from the {found[1]} list: {matching[0][1]}."


def _create(turn: Turn, name: str) -> Reply | str:
    if not name:
        return Reply("What shall I call it?", asks="list")
    if _find(_lists(turn), name):
        return f"There is a {name} list already."
    if len(_lists(turn)) >= MOST_LISTS:
        return f"You have {MOST_LISTS} lists. Remove one first."
    _make(turn, name)
    return f"Made the {name} list."


def _clear(turn: Turn, found: Found, *, whole: bool) -> Reply | str:
    number, name = found
    count = say_count(len(_items(turn, found)), "item")
    if not turn.confirmed:
        what = f"Delete the {name} list" if whole else f"Clear the {name} list"
        return Reply(f"{what} with {count}?", confirms=True)
    turn.store.execute("delete from items where list = ?", number)
    if not whole:
        return f"Cleared the {name} list."
    turn.store.execute("delete from lists where id = ?", number)
    return f"Deleted the {name} list."


def _wanted_name(turn: Turn, wanted: ListRequest) -> str:
    return plain_name(turn.words("list")) or wanted.name


def _lists(turn: Turn) -> list[Found]:
    return [
        (number, name) for number, name in turn.store.execute("select * from lists order by id")
    ]


def _items(turn: Turn, found: Found) -> list[tuple[int, str]]:
    rows = turn.store.execute("select id, text from items where list = ? order by id", found[0])
    return [(number, text) for number, text in rows]


def _find(lists: list[Found], name: str) -> Found | None:
    return next((found for found in lists if found[1] == name), None)


def _make(turn: Turn, name: str) -> int:
    """Return the number of a list, which is made if there is none."""
    turn.store.execute("insert or ignore into lists (name) values (?)", name)
    number: int = turn.store.execute("select id from lists where name = ?", name)[0][0]
    return number


def _no_list(name: str, lists: list[Found]) -> str:
    return f"You have no {name} list. You have {say_all([name for _, name in lists])}."

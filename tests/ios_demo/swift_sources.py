"""The Swift files of the repository, and what a parser sees in them."""

from collections.abc import Iterator
from pathlib import Path

import tree_sitter_swift
from tree_sitter import Language, Node, Parser

IOS = Path(__file__).parents[2] / "ios_demo"
APP = IOS / "App"
CORE = IOS / "EdgeBertCore"
FOLDERS = (APP, CORE, Path(__file__).parent / "stubs")
FILES = sorted(
    path
    for folder in FOLDERS
    for path in folder.rglob("*.swift")
    if ".build" not in path.parts  # what a Swift in the PATH may leave
)

_PARSER = Parser(Language(tree_sitter_swift.language()))


def parse(source: bytes) -> Node:
    """Return the root of the syntax tree."""
    return _PARSER.parse(source).root_node


def nodes(root: Node, *kinds: str) -> Iterator[Node]:
    """Yield every node of one of the kinds, in their order."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type in kinds:
            yield node
        pending.extend(reversed(node.children))


def text(node: Node) -> str:
    """Return the source of a node."""
    assert node.text is not None
    return node.text.decode()


def first_problem(root: Node) -> str | None:
    """Tell where the parser had to guess, or None."""
    for node in nodes_with_problems(root):
        return f"line {node.start_point.row + 1}: {text(node)[:60]!r}"
    return None


def nodes_with_problems(root: Node) -> Iterator[Node]:
    """Yield what is no Swift, and what is missing."""
    if root.has_error:
        if root.is_error or root.is_missing:
            yield root
        for child in root.children:
            yield from nodes_with_problems(child)

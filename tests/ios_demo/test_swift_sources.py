"""What can be said of the Swift files without a Swift compiler."""

import json
import re
import runpy
from pathlib import Path

import pytest
from swift_sources import APP, CORE, FILES, IOS, first_problem, nodes, parse, text

TESTS = Path(__file__).parents[1]
SOURCES = CORE / "Sources"
IMPORTS = {
    "EdgeBertCore": {"Foundation", "Dispatch", "CryptoKit"},
    "EdgeBertDemo": {"Foundation", "Observation", "EdgeBertCore"},
}
LONGEST = 300  # lines
TABLES = "UnicodeTablesData.swift"


def relative(path: Path) -> str:
    return path.relative_to(IOS.parent).as_posix()


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_swift_file_is_swift(path):
    assert first_problem(parse(path.read_bytes())) is None
    if path.name != TABLES:
        assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize(
    "broken", [b"func a( { }", b"struct A { let a: Int", b"let a = )", b"if a { } else else { }"]
)
def test_what_is_not_swift_is_found(broken):
    assert first_problem(parse(broken)) is not None


@pytest.mark.parametrize("target", IMPORTS)
def test_the_packages_need_no_apple_system(target):
    found = set()
    for path in (SOURCES / target).rglob("*.swift"):
        source = path.read_text("utf-8")
        found |= set(re.findall(r"^ *(?:@\w+ )?import (?:class |struct )?(\w+)", source, re.M))
        if "import CryptoKit" in source:
            assert re.search(
                r"^#if canImport\(CryptoKit\)\n +import CryptoKit\n#endif", source, re.M
            )
    assert found <= IMPORTS[target]


def test_core_asks_no_table_of_the_system():
    """What a character is comes from the shared tables, never from Swift's or iOS's own."""
    kinds = r"\.properties\b|CharacterSet|\.is(?:Letter|Whitespace|Punctuation)"
    changes = r"(?:lower|upper)cased\(|folding\(|localized\w+\(|Mapping\b"
    comparisons = r"\bcompare\(|hasPrefix|hasSuffix"
    asking = f"{kinds}|{changes}|{comparisons}"
    for path in (SOURCES / "EdgeBertCore").rglob("*.swift"):
        code = re.sub(r"//.*", "", path.read_text("utf-8"))
        assert re.findall(asking, code) == [], path


def test_core_carries_the_shared_tables():
    module = runpy.run_path(str(IOS / "tools" / "generate_tables.py"))
    assert module["TARGET"].name == TABLES
    assert module["TARGET"].read_text("utf-8") == module["swift_source"]()


def test_every_golden_vector_is_read_by_a_test():
    tests = "".join(path.read_text("utf-8") for path in (CORE / "Tests").rglob("*.swift"))
    assert set(re.findall(r'golden\("([\w.]+)"\)', tests)) == {
        path.name for path in (TESTS / "golden").glob("*.json")
    }
    assert '"tests/golden/' in tests


# Names that App/ has from Foundation and the standard library where it uses ExecuTorch.
NOT_OF_EXECUTORCH = {
    *("String", "Int32", "Float", "URL", "Foundation", "Bool"),
    *("path", "count", "map", "compactMap", "zip", "localizedDescription"),
}


def names_used(source: bytes) -> set[str]:
    """Return every name of a type, a call or a member in a source, and no name that it declares."""
    root = parse(source)
    used = {text(node) for node in nodes(root, "type_identifier")}
    for node in nodes(root, "navigation_suffix", "prefix_expression"):
        used |= {text(name) for name in node.children if name.type == "simple_identifier"}
    for node in nodes(root, "call_expression"):
        if node.children[0].type == "simple_identifier":
            used.add(text(node.children[0]))
    declared = {
        text(name)
        for node in nodes(
            root, "class_declaration", "function_declaration", "parameter", "property_declaration"
        )
        for name in node.children
        if name.type in ("type_identifier", "simple_identifier", "pattern")
    }
    return used - declared


def names_of_core() -> set[str]:
    """Return what EdgeBertCore declares."""
    declaration = r"\b(?:struct|class|enum|protocol|func|let|var|case) (\w+)"
    sources = (SOURCES / "EdgeBertCore").rglob("*.swift")
    found = {name for path in sources for name in re.findall(declaration, path.read_text("utf-8"))}
    return found | {"EdgeBertCore", "executorch"}


def symbol_list() -> dict[str, dict]:
    """Return the checked list: types with their source and their members."""
    path = Path(__file__).with_name("executorch_symbols.json")
    symbols: dict[str, dict] = json.loads(path.read_text("utf-8"))["symbols"]
    return symbols


def base_names(symbol: dict) -> set[str]:
    """Return the members of a type without their labels."""
    return {re.sub(r"\(.*", "", member) for member in symbol["members"]}


def test_every_symbol_of_executorch_is_in_the_list_with_its_source():
    using = [
        path for path in APP.rglob("*.swift") if "import ExecuTorch" in path.read_text("utf-8")
    ]
    assert [path.name for path in using] == ["ExecuTorchEngine.swift"]
    used = names_used(using[0].read_bytes())
    known = {"ExecuTorch"}
    for name, symbol in symbol_list().items():
        members = base_names(symbol)
        assert members - {"init"} <= used, f"{name}: the list names what is not used"
        assert name in used or members, f"{name}: the list names what is not used"
        known |= members | {name}
        for entry in (symbol, *symbol["members"].values()):
            assert entry["file"].endswith((".h", ".swift"))
            assert entry["declaration"]
    assert used - known <= names_of_core() | NOT_OF_EXECUTORCH


def test_a_symbol_that_is_not_in_the_list_is_noticed():
    source = (APP / "Engines" / "ExecuTorchEngine.swift").read_text("utf-8")
    changed = source.replace("module.forward(values)", "module.execute(method, values)")
    assert "execute" in names_used(changed.encode()) - names_used(source.encode())


def test_the_list_is_what_the_app_is_type_checked_against():
    stub = (Path(__file__).parent / "stubs" / "ExecuTorch" / "ExecuTorch.swift").read_bytes()
    kinds = ("class_declaration", "function_declaration", "property_declaration", "enum_entry")
    declared = {
        text(name)
        for node in nodes(parse(stub), *kinds)
        for name in node.children
        if name.type in ("type_identifier", "simple_identifier", "pattern")
    }
    for name, symbol in symbol_list().items():
        assert base_names(symbol) - {"init"} | {name} <= declared

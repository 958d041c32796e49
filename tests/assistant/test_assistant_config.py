"""A TOML says what the labels of somebody's model do, and what is wrong with it is said."""

import pytest

from edgebert.assistant import Assistant, Store, default_config, handlers_of_file, read_config
from edgebert.errors import EdgebertError

TOML = """
confidence = 0.9
out_of_scope = ["none"]

[yes]
texts = ["oui"]

[intents.LIGHT]
handler = "light.on"
slots = { room = ["where"] }

[[phrases]]
handler = "talk.help"
texts = ["Aide-moi !"]
"""


def opened(path, text, **options):
    path.write_text(text, encoding="utf-8")
    return Assistant(lambda text: None, read_config(path), Store(None), **options)


def test_the_one_that_comes_along_is_whole():
    config = default_config()
    assert len(config.intents) >= 18
    assert config.out_of_scope == ("out of scope",)
    assert all(intent.example for intent in config.intents.values() if intent.offer)


def test_phrases_need_no_model(tmp_path):
    assistant = opened(tmp_path / "my.toml", TOML)
    assert assistant.respond("aide moi").text == "I have not been told what I can do."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("confidence = 0.9", "confidence = 90", "confidence: found 90, expected 0 to 1"),
        ("confidence = 0.9", "confidense = 0.9", "unknown field `confidense`; the fields are conf"),
        (
            'handler = "light.on"',
            'andler = "light.on"',
            "unknown field `andler`; the fields are handler, ",
        ),
        ("confidence = 0.9", "confidence = 'a'", r"confidence: Expected `float`, got `str`"),
        ("confidence = 0.9", "time_limit = 0", "time_limit: found 0, expected 0 to 3600 seconds"),
        ("confidence = 0.9", "longest_text = 0", "longest_text: found 0, expected 1 to 1000000"),
        ("confidence = 0.9", "confidence", "assistant .*my.toml: not TOML"),
        (
            '"light.on"',
            '"lamp.on"',
            "intent 'LIGHT': unknown handler 'lamp.on', expected one of",
        ),
        ('"talk.help"', '"help"', "phrases 'Aide-moi !': unknown handler 'help'"),
        ("room =", "place =", "intent 'LIGHT': handler light.on has no slot 'place', found room"),
        ('["where"] }', '["where"] }\nconfidence = 2', "intent 'LIGHT': confidence: found 2"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, old, new, message):
    with pytest.raises(EdgebertError, match=message):
        opened(tmp_path / "my.toml", TOML.replace(old, new, 1))


def test_labels_of_another_model_are_refused(tmp_path):
    config = read_config_text(tmp_path, TOML)
    config.check_labels(["LIGHT", "none"], ["where", "when"])
    config.check_labels(["LIGHT", "none"], [])  # a model without slots
    with pytest.raises(EdgebertError, match="intent 'LIGHT': the model has none of this name, it"):
        config.check_labels(["MUSIC", "none"], ["where"])
    with pytest.raises(EdgebertError, match=r"slot type 'where': .* it has who; write a TOML for"):
        config.check_labels(["LIGHT", "none"], ["who"])
    with pytest.raises(EdgebertError, match=r"it has a0, .*a7, \.\.\.; write a TOML"):
        config.check_labels([f"a{number}" for number in range(100)], ["where"])


def read_config_text(tmp_path, text):
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(EdgebertError, match=r"assistant .*no\.toml: No such file or directory; e"):
        read_config(tmp_path / "no.toml")


OWN = """
from edgebert.assistant import handler

@handler("coffee.make")
def make(turn):
    return "coming"
"""


def test_handlers_come_from_a_file(tmp_path):
    path = tmp_path / "own.py"
    path.write_text(OWN)
    assert [found.name for found in handlers_of_file(path)] == ["coffee.make"]
    for text, message in (
        ("x = 1", "own.py: found no handler"),
        ("1 / 0", "own.py: fails with ZeroDivisionError: division by zero"),
        ("if", "own.py: fails with SyntaxError"),
        ("exit(3)", "own.py: fails with SystemExit: 3"),
    ):
        path.write_text(text)
        with pytest.raises(EdgebertError, match=message):
            handlers_of_file(path)
    with pytest.raises(EdgebertError, match=r"no\.py: no such file"):
        handlers_of_file(tmp_path / "no.py")


def install(folder, monkeypatch, module, entry):
    """Lay a package with an entry point into a folder of the path, as pip does."""
    (folder / "coffee_plugin.py").write_text(module)
    info = folder / "coffee_plugin-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: coffee-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[edgebert.handlers]\ncoffee = {entry}\n")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(__import__("sys").modules, "coffee_plugin", raising=False)


@pytest.mark.parametrize("entry", ["coffee_plugin", "coffee_plugin:make", "coffee_plugin:ALL"])
def test_handlers_come_from_installed_packages(tmp_path, monkeypatch, entry):
    install(tmp_path, monkeypatch, OWN + "ALL = [make]\n", entry)
    toml = TOML.replace('"talk.help"', '"coffee.make"')
    assert opened(tmp_path / "my.toml", toml).respond("Aide-moi!").text == "coming"


@pytest.mark.parametrize(
    ("module", "entry", "message"),
    [
        ("1 / 0", "coffee_plugin", r"coffee = coffee_plugin in edgebert\.handlers: cannot be loa"),
        (OWN, "coffee_plugin:nothing", "cannot be loaded .AttributeError"),
        ("make = print", "coffee_plugin:make", "found no handler, expected functions made by @ha"),
        ("x = 1", "coffee_plugin", "found no handler"),
    ],
)
def test_a_broken_package_is_named(tmp_path, monkeypatch, module, entry, message):
    install(tmp_path, monkeypatch, module, entry)
    with pytest.raises(EdgebertError, match=message):
        opened(tmp_path / "my.toml", TOML)

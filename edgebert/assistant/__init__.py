"""The offline assistant: a bundle understands what is said, handlers do it.

    from edgebert.assistant import Assistant, handler

    @handler("coffee.make")
    def make_coffee(turn):
        return "One coffee is coming."

    assistant = Assistant.load("bundles/assistant", config="my.toml", handlers=[make_coffee])
    print(assistant.respond("make me a coffee").text)

It needs the extra `[assistant]` and no network.
"""

from edgebert.assistant.announcements import Announcement
from edgebert.assistant.answer import Answer
from edgebert.assistant.assistant import Assistant
from edgebert.assistant.clock import Clock, system_clock
from edgebert.assistant.config import Config, Intent, Phrases, Sign, default_config, read_config
from edgebert.assistant.handlers import Handler, Slot, handler
from edgebert.assistant.plugins import handlers_of_file
from edgebert.assistant.store import Memory, Store, default_path
from edgebert.assistant.turn import Ability, Reply, SlotValue, Turn
from edgebert.assistant.understanding import Understand, Understanding
from edgebert.assistant.values import Moment, Value

__all__ = [
    "Ability",
    "Announcement",
    "Answer",
    "Assistant",
    "Clock",
    "Config",
    "Handler",
    "Intent",
    "Memory",
    "Moment",
    "Phrases",
    "Reply",
    "Sign",
    "Slot",
    "SlotValue",
    "Store",
    "Turn",
    "Understand",
    "Understanding",
    "Value",
    "default_config",
    "default_path",
    "handler",
    "handlers_of_file",
    "read_config",
    "system_clock",
]

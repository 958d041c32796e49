"""Runs a command's handler in a transaction of the store, within its time."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

from edgebert.assistant.commands import Command
from edgebert.assistant.limits import TookTooLongError, Worker
from edgebert.assistant.store import Store
from edgebert.assistant.turn import Ability, Reply, Turn

LONGEST_REPLY = 20_000  # characters; more is nothing that anybody reads or hears


class HandlerFailedError(Exception):
    """A handler gave no answer. The message is for the user, the cause says what happened."""


def run_handler(
    command: Command,
    *,
    store: Store,
    worker: Worker,
    now: datetime,
    confirmed: bool,
    last_reply: str,
    abilities: tuple[Ability, ...],
    time_limit: float,
) -> Reply:
    """Run the handler; keep what it wrote into the store if it returned a reply in time.

    Raises:
        HandlerFailedError: it raised, took too long or returned something else, or the store
            cannot keep what it wrote. What it wrote is forgotten.

    """
    try:
        memory = store.begin()
    except sqlite3.Error as error:
        raise HandlerFailedError("Sorry, I can't get at what I remember.") from error
    turn = Turn(
        text=command.text,
        intent=command.intent,
        confidence=command.confidence,
        slots=command.slots,
        entities=command.entities,
        now=now,
        store=memory,
        confirmed=confirmed,
        follows=command.follows,
        last_reply=last_reply,
        abilities=abilities,
    )
    keep = False
    try:
        reply = _checked(command, worker.run(lambda: command.handler(turn), time_limit))
        keep = True
    except TookTooLongError as error:
        raise HandlerFailedError("Sorry, that took too long, so I gave up.") from error
    except sqlite3.Error as error:
        raise HandlerFailedError("Sorry, I couldn't keep that in my store.") from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise HandlerFailedError("Sorry, something went wrong while I did that.") from error
    finally:
        _end(memory.end, keep=keep)
    return reply


def _end(end: Callable[..., None], *, keep: bool) -> None:
    try:
        end(keep=keep)
    except sqlite3.Error as error:
        raise HandlerFailedError("Sorry, I couldn't keep that in my store.") from error


def _checked(command: Command, reply: object) -> Reply:
    if isinstance(reply, str):
        reply = Reply(reply)
    if not isinstance(reply, Reply) or not isinstance(reply.text, str):
        raise TypeError(f"returned {type(reply).__name__}, expected a Reply or a str")
    if reply.asks is not None and command.handler.slot(reply.asks) is None:
        raise ValueError(f"asks for the slot {reply.asks!r}, which it has not")
    if len(reply.text) > LONGEST_REPLY:
        return Reply(reply.text[:LONGEST_REPLY] + "…", reply.asks, reply.confirms)
    return reply

"""The handlers that are built in; all of them work without a network."""

from edgebert.assistant.handlers import Handler
from edgebert.assistant.skills import alarms, calculation, lights, lists, talk, time_and_date

BUILT_IN: tuple[Handler, ...] = (
    time_and_date.tell,
    time_and_date.convert,
    alarms.set_alarm,
    alarms.show_alarms,
    alarms.remove_alarm,
    lists.add,
    lists.show,
    lists.remove,
    calculation.calculate,
    lights.switch_on,
    lights.switch_off,
    lights.dim,
    lights.brighten,
    lights.color,
    lights.plug_on,
    lights.plug_off,
    talk.show_help,
    talk.repeat,
    talk.thanks,
)

__all__ = ["BUILT_IN"]

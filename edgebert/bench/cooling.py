"""Waiting until a device has cooled down, and not for ever."""

import time
from collections.abc import Callable
from pathlib import Path

from edgebert.bench.environment import read_temperatures
from edgebert.bench.protocol import Cooling, Heat, Waited
from edgebert.bench.sysfs import SYS
from edgebert.errors import EdgebertError

LOOK_S = 1.0
"""Between two looks at the sensors."""


def cool_down(heat: Heat, tell: Callable[[Cooling], None], *, root: Path = SYS) -> Waited:
    """Wait until the hottest sensor is at most as hot as allowed, or patience ends.

    Args:
        heat: how hot the device may be, and how long to wait.
        tell: takes what is being waited for, about once a second.
        root: where sysfs is mounted.

    Raises:
        EdgebertError: the device tells no temperature, so nothing can be waited for.
    """
    begin = time.monotonic()
    while True:
        celsius = max(read_temperatures(root).values(), default=None)
        if celsius is None:
            raise EdgebertError(
                "--max-temp: this device tells no temperature (no zone in /sys/class/thermal); "
                "leave the option out"
            )
        waited = time.monotonic() - begin
        left = heat.patience_s - waited
        if celsius <= heat.celsius or left <= 0:
            return Waited(round(waited, 1), celsius > heat.celsius)
        tell(Cooling(celsius, heat.celsius, left))
        time.sleep(min(LOOK_S, left))

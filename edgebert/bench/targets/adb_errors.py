"""What went wrong with adb, in one phrase that says what to do."""

import re
from collections.abc import Sequence

UNTRUSTED = "it does not trust this computer yet; unlock it and accept the question it asks"
NOT_ALLOWED = "this user may not use the USB device; adb devices says more"
OFFLINE = "it is offline; plug it in again, or adb reconnect"

# A part of what adb, or a program on the device, prints -> what it means. The first that is found
# counts.
_MEANINGS = (
    ("device unauthorized", UNTRUSTED),
    ("still authorizing", UNTRUSTED),
    ("insufficient permissions", NOT_ALLOWED),
    ("device offline", OFFLINE),
    ("No space left on device", "its storage is full; make room there"),
    ("no devices/emulators found", "no device is connected; look at adb devices"),
    ("more than one device", "several devices are connected; name one, as in adb:SERIAL"),
    ("edgebert is not installed there", "{line}"),
    ("cannot connect to daemon", "adb's server on this machine does not start ({line})"),
    (
        "No module named edgebert",
        "what is installed there lacks edgebert; --install makes it anew",
    ),
)  # fmt: skip
_LOST = "the connection was lost{last}; run the same command again to go on"
_GONE = re.compile(r"device '.*' not found|still connecting|error: closed|protocol fault|reset")
_ADBS_OWN = (0, 1, 255)
_KILLED = 128 + 9


def explain_adb(status: int, errors: Sequence[str]) -> str:
    """Say why adb, or what it ran on the device, ended.

    Args:
        status: the exit status; above 128 a signal's. adb ends with 0 where a device goes away.
        errors: the last lines of standard error.
    """
    for part, meaning in _MEANINGS:
        for line in errors:
            if part.lower() in line.lower():
                return meaning.format(line=line)
    last = f" ({errors[-1]})" if errors else ""
    if status in (_KILLED, -9):
        return "the worker was killed (was memory short?); run the same command again to go on"
    if status in _ADBS_OWN and (not errors or _GONE.search(errors[-1])):
        return _LOST.format(last=last)
    return f"ended with status {status}{last}"

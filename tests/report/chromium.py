"""Chromium without a screen, told what to do over its DevTools protocol's pipe."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """A running browser with one page."""

    def __init__(self, orders: Any, answers: Any) -> None:
        self._orders, self._answers = orders, answers
        self._numbers = itertools.count(1)
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self._order("Target.createTarget", url="about:blank")["targetId"]
        attached = self._order("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._order(f"{domain}.enable")

    def open(self, path: Path, width: int, *, dark: bool = False) -> None:
        """Show a file as on a screen of a width in CSS pixels."""
        self._order(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=800,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._order("Emulation.setEmulatedMedia", features=[scheme])
        self.events.clear()
        self._order("Page.navigate", url=path.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._receive()

    def evaluate(self, script: str) -> Any:
        """Return what an expression of JavaScript has as its value."""
        done = self._order("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def picture(self) -> bytes:
        """Return the whole page as a PNG."""
        done = self._order("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        return base64.b64decode(done["data"])

    def _order(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        order: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            order["sessionId"] = self._session
        self._orders.write(json.dumps(order).encode() + b"\0")
        self._orders.flush()
        while True:
            message = self._receive()
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]

    def _receive(self) -> dict[str, Any]:
        message = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, "Chromium has ended"
            message += byte
        found = json.loads(message)
        if "method" in found:
            self.events.append(found)
        return found


# Makes two descriptors 3 and 4, where the protocol's pipes have to be, and becomes the browser.
BECOME = """
import fcntl, os, sys
read, write = (fcntl.fcntl(int(n), fcntl.F_DUPFD, 10) for n in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Run Chromium with a profile of its own, and end it."""
    order_end, orders = os.pipe()
    answers, answer_end = os.pipe()
    arguments = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",  # which root must not have
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--no-first-run",
        f"--user-data-dir={profile}",
        "--remote-debugging-pipe",
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", BECOME, str(order_end), str(answer_end), *arguments],
        pass_fds=(order_end, answer_end),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(order_end)
    os.close(answer_end)
    with os.fdopen(orders, "wb") as writer, os.fdopen(answers, "rb") as reader:
        try:
            yield Browser(writer, reader)
        finally:
            process.terminate()
            process.wait(30)

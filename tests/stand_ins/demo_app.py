"""A stand-in for the Android app on the stand-in phone, and for the `am` that starts it.

The phone's `am` answers as Android's documentation and sources have it and leaves the intent in a
file. Here a thread takes it up as ErrandActivity does: it measures with edgebert's own stages, on
this machine, and writes what the app would write. The app's process is one that sleeps.
"""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from stand_ins.phone import Phone

from edgebert.bench import app_worker
from edgebert.bench.protocol import (
    SCHEMA,
    AnyMessage,
    Failure,
    Method,
    Origin,
    Plan,
    Proof,
    Step,
    Survey,
)
from edgebert.bench.samples import make_samples
from edgebert.bench.stages import perform
from edgebert.bench.targets.app_files import BUNDLES, FILES, PACKAGE, RESULTS
from edgebert.bundle import open_bundle
from edgebert.bundle.hashing import sha256_of
from edgebert.errors import EdgebertError

VERSION = "Kotlin core 0.1.0"
INTENTS = "/data/intents"
# am of Android 14: what it prints, and status 1 where the activity is none.
AM = f"""#!/system/bin/sh
case "$1" in
start)
  if [ "$3" != {app_worker.ACTIVITY} ]; then
    echo "Starting: Intent {{ cmp=$3 (has extras) }}"
    echo "Error type 3"
    echo "Error: Activity class {{$3}} does not exist."
    exit 1
  fi
  echo "Starting: Intent {{ cmp=$3 (has extras) }}"
  shift 3
  while [ "$1" = --es ]; do
    printf %s "$3" > "{INTENTS}/half-$2"
    shift 3
  done
  mv {INTENTS}/half-name {INTENTS}/name
  mv {INTENTS}/half-job {INTENTS}/job
  ;;
force-stop)
  kill -9 $(pidof "$2") 2>/dev/null
  exit 0
  ;;
esac
"""


@dataclass
class DemoApp:
    """The app on a phone; `before_a_job` may bend what comes."""

    phone: Phone
    before_a_job: Callable[[app_worker.Job], None] = lambda job: None
    jobs: list[app_worker.Job] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None
    ended: bool = False

    def path(self, name: str) -> Path:
        """Return where a file of the phone is, from here."""
        return self.phone.machine.path(name)

    def start(self) -> None:
        """Have a process of the app's name, unless it runs."""
        if self.process is None or self.process.poll() is not None:
            sleep = ["bash", "-c", f"exec -a {PACKAGE} sleep 1000"]
            machine = self.phone.machine
            self.process = machine.start(machine.enter(*sleep))

    def end(self) -> None:
        """End the app, as a user or the system does."""
        self.phone.adb("-s", self.phone.serial, "shell", f"am force-stop {PACKAGE}")

    def serve(self) -> None:
        """Take up intents until the end."""
        while not self.ended:
            time.sleep(0.05)
            given = self.path(f"{INTENTS}/job")
            if given.exists():
                job = msgspec.json.decode(given.read_bytes(), type=app_worker.Job)
                given.unlink()
                self.jobs.append(job)
                self.start()
                self._do(job, self.path(f"{INTENTS}/name").read_text())

    def _do(self, job: app_worker.Job, name: str) -> None:
        results = self.path(RESULTS)
        results.mkdir(exist_ok=True)
        try:
            self.before_a_job(job)
            result = self._result(job, results / f"{name}.progress")
        except EdgebertError as error:
            result = app_worker.Result(str(error), (), ())
        half = results / f"{name}.half"
        half.write_bytes(msgspec.json.encode(result))
        assert self.process is not None
        if self.process.poll() is None and results.exists():
            half.rename(results / f"{name}.json")

    def _result(self, job: app_worker.Job, progress: Path) -> app_worker.Result:
        messages: list[AnyMessage] = []

        def send(message: AnyMessage) -> None:
            if isinstance(message, Step):
                progress.write_text(f"{message.done} {message.total}")
            else:
                messages.append(message)

        plan = self._plan(job)
        perform(plan, send)
        proved = []
        lines = []
        for message in messages:
            if isinstance(message, Survey):
                message = msgspec.structs.replace(message, edgebert=VERSION)
            elif isinstance(message, Proof):
                key = (message.engine, message.mode, message.threads)
                if message.problem is None:
                    proved += [v for v in plan.variants if (v.engine, v.mode, v.threads) == key]
                    continue
                message = Failure(self._origin(plan), *key, message.problem)
            else:
                origin = msgspec.structs.replace(message.origin, edgebert=VERSION)
                message = msgspec.structs.replace(message, origin=origin)
            lines.append(msgspec.json.encode(message).decode())
        return app_worker.Result(None, tuple(lines), tuple(proved))

    def _plan(self, job: app_worker.Job) -> Plan:
        if job.task == "survey":
            return Plan(SCHEMA, "survey", job.run, job.target)
        bundle = open_bundle(self.path(f"{BUNDLES}/{job.bundle}"))
        buckets = tuple(dict.fromkeys(variant.bucket for variant in job.variants))
        stages = {"prove": "proof", "latency": "latency", "memory": "memory"}
        return Plan(
            SCHEMA,
            stages[job.task],
            job.run,
            job.target,
            bundle=str(bundle.root),
            digest=sha256_of(bundle.path("manifest.json")),
            repeat=job.repeat,
            method=Method(job.iterations, job.warm_ups, job.turn, job.settle_ms),
            variants=job.variants,
            samples=make_samples(bundle, buckets),
        )

    def _origin(self, plan: Plan) -> Origin:
        surveys: list[AnyMessage] = []
        perform(Plan(SCHEMA, "survey", plan.run, plan.target), surveys.append)
        machine = surveys[0].machine
        return Origin(
            SCHEMA, plan.run, "", plan.target, plan.digest, VERSION, "", machine, plan.method
        )


@contextmanager
def demo_app(phone: Phone) -> Iterator[DemoApp]:
    """Install the app on a phone until the block ends; it has been started once."""
    app = DemoApp(phone)
    app.path(FILES).mkdir(parents=True)
    app.path(INTENTS).mkdir()
    am = app.path("/system/bin/am")
    am.write_text(AM)
    am.chmod(0o755)
    serving = threading.Thread(target=app.serve)
    serving.start()
    try:
        yield app
    finally:
        app.ended = True
        serving.join()
        app.end()
        phone.machine.run(phone.machine.chroot("/system/bin/rm", "-r", FILES, INTENTS))
        am.unlink()

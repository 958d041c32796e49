"""The typer application: its verbs, and how errors and ^C end."""

import contextlib
import io
import sys
import traceback
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from edgebert import __version__
from edgebert.cli.benchmark import benchmark
from edgebert.cli.chat import chat
from edgebert.cli.check import check
from edgebert.cli.doctor import doctor
from edgebert.cli.evaluate import evaluate
from edgebert.cli.export import export
from edgebert.cli.index import index
from edgebert.cli.inspect import inspect
from edgebert.cli.push import push
from edgebert.cli.report import report
from edgebert.cli.run import run
from edgebert.cli.search import search
from edgebert.cli.sensitivity import sensitivity
from edgebert.cli.sign import sign
from edgebert.cli.train import train
from edgebert.errors import EdgebertError
from edgebert.printable import printable

INTERRUPTED = 130  # 128 + SIGINT, as shells have it
INTERNAL_ERROR = 70  # EX_SOFTWARE of sysexits.h: neither a failed check nor a wrong argument


class OneLineErrors(TyperGroup):
    """A command whose errors end in one line on stderr, whichever verb they come from."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb."""
        result = super().invoke(ctx)
        sys.stdout.flush()  # a full disk shows here, while there is still somebody to tell
        return result

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run the command and exit; what a user can cause becomes a line and an exit status."""
        extra["standalone_mode"] = False
        try:
            status = super().main(*args, **extra) or 0
            if status == INTERRUPTED:
                _say("interrupted")
        except EdgebertError as error:
            status = error.exit_status
            _say(str(error))
        except typer.TyperException as error:  # arguments that do not fit the verb
            status = error.exit_code
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "edgebert"
            _say(f"{error.format_message().rstrip('.')}; see {command} --help")
        except OSError as error:
            status = EdgebertError.exit_status
            parts = [str(part) for part in (error.filename, error.strerror) if part]
            _say(": ".join(parts) or str(error) or type(error).__name__)
        except Exception as error:
            status = INTERNAL_ERROR
            traceback.print_exc()
            _say(f"this is a bug of edgebert ({error!r}); please report it with the lines above")
        sys.exit(status)


def _say(message: str) -> None:
    print(f"error: {printable(message)}", file=sys.stderr)


app = typer.Typer(
    name="edgebert",
    cls=OneLineErrors,
    add_completion=False,
    # Help is plain text: it names tokens such as [MASK], which markup would swallow, and it comes
    # without the time that importing rich takes.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"edgebert {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def edgebert(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Small text encoders on phones and boards.

    A BERT or SqueezeBERT checkpoint becomes a verified INT8 bundle, and the bundle answers text
    offline on ExecuTorch, LiteRT or ONNX Runtime.

    \b
    edgebert doctor                       which engines are installed, what the CPU can do
    edgebert train RECIPE.toml -o MODEL   distil and fine-tune a checkpoint of your own
    edgebert export MODEL ... -o BUNDLE   make a bundle
    edgebert check BUNDLE                 is it intact, does it answer here as it did there
    edgebert sign BUNDLE --key FILE       vouch for it with a key of your own
    edgebert run BUNDLE "some text"       ask it
    edgebert chat BUNDLE                  talk to an assistant that does what is asked
    edgebert index FOLDER ... -o INDEX    make notes and manuals searchable by meaning
    edgebert search INDEX "a question"    the passages that come nearest, with their places
    edgebert benchmark BUNDLE -o FILE     how fast is it, here or on a device
    edgebert report FILE -o report.html   what to ship, from the records of a benchmark
    edgebert push BUNDLE --target adb     bring it to the demo app on a phone
    edgebert evaluate BUNDLE DATA         how good are its answers, int8 against fp32
    edgebert sensitivity MODEL ...        which of its layers int8 hurts
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    if context.invoked_subcommand is None:
        print(context.get_help())


VERBS = (
    export,
    run,
    chat,
    index,
    search,
    evaluate,
    inspect,
    check,
    sign,
    doctor,
    benchmark,
    report,
    push,
    sensitivity,
    train,
)
for verb in VERBS:
    app.command()(verb)


def main() -> None:
    """Run the `edgebert` command and exit with its status: 0, 1 (a check failed), 2 or 130."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        with contextlib.suppress(ValueError):
            # A terminal that lacks a character gets its code, not a traceback.
            sys.stdout.reconfigure(errors="backslashreplace")
    app(prog_name="edgebert")

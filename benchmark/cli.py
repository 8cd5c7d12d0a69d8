"""`sagellm-benchmark`: one command per verb, and the one place where errors become exit codes."""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn, cast

import click

from benchmark import canonical, garbage, i18n, text
from benchmark.commands import streams
from benchmark.commands.interrupts import INTERRUPTS
from benchmark.commands.spoken import say, speaking, spoken
from benchmark.commands.suggestions import suggested, suggesting
from benchmark.errors import BenchmarkError, InvalidDataError, TryAgainError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.canonical import Json

# The short helps are here so that `--help` imports no command: it must answer at once.
VERBS = {
    "run": "Measure a model on this machine.",
    "rerun": "Repeat the run an entry is from.",
    "aggregate": "Merge your results with the public leaderboard.",
    "publish": "Merge the data folder into the dataset.",
    "collect": "Take the runs of many pull requests in one commit.",
    "upload": "One conditional commit of the data folder.",
    "validate": "Check result files against the schema.",
    "report": "Show a leaderboard as a table, Markdown, CSV or JSON.",
    "history": "Show every run of a configuration and its fate.",
    "compare": "Compare runs, and judge what differs.",
    "check": "Fail where something became slower.",
    "page": "Write the leaderboard as one HTML file.",
    "rebuild": "Recompute the leaderboards from runs/.",
    "doctor": "Check a dataset, and repair what can be.",
    "compact": "Make few files of many in runs/.",
    "retract": "Take a run out of the leaderboards.",
    "confirm": "Lift the verdict on a run.",
    "attest": "Record that a CI job signed a run.",
    "takedown": "Remove what a run says, for good.",
    "hub": "Serve an embedded Hub on this machine.",
    "merge-driver": "Merge data files for git.",
}
_NO_PLACE = frozenset({errno.ENAMETOOLONG, errno.ELOOP})
"""Whatever is done there, no file of that name can be."""

_NO_PLACE_HINT = i18n.N_("Name another file or folder.")
_NO_MEMORY_HINT = i18n.N_(
    "Run it again where more is free; reading a file takes up to five times its size."
)
_LONGEST_NAME = 80
_BUG_HINT = i18n.N_("This is a bug. Set SAGELLM_DEBUG=1 to see where, and please report it.")


def _load(verb: str) -> click.Command:
    module = importlib.import_module(f"benchmark.commands.{verb.replace('-', '_')}")
    return spoken(cast("click.Command", module.command))


class _Verbs(click.Group):
    """The verbs, each imported when it is used."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _load(cmd_name) if cmd_name in VERBS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(suggesting(error.message, args[0], VERBS), ctx) from None

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("Commands")):
            formatter.write_dl([(verb, say(does)) for verb, does in VERBS.items()])


def _version(context: click.Context, parameter: click.Parameter, asked: bool) -> None:  # noqa: FBT001 - as click calls it
    from benchmark.commands import version  # noqa: PLC0415 - keeps `--help` fast

    version.show(context, parameter, asked)


@click.group(
    cls=_Verbs,
    epilog="Three steps: run, aggregate, git push. Help for one: sagellm-benchmark VERB --help.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
    help="Show which package this is, where it is, and whose command this is.",
)  # fmt: skip
def verbs() -> None:
    """Measure LLM inference and add it to a leaderboard that cannot lose a result."""


def main(
    args: Sequence[str] | None = None, prog_name: str | None = None, verb: str | None = None
) -> NoReturn:
    """Run one verb and exit with its code; no exception passes.

    Args:
        args: the words behind the program's name, those of this process unless given.
        prog_name: the program's name in help and errors.
        verb: what a script stands for; without it the first word is the verb.
    """
    words = list(sys.argv[1:] if args is None else args)
    # A GitHub runner reads UTF-8, whatever the code page of its Windows is.
    encoding = "utf-8" if os.environ.get("GITHUB_ACTIONS") == "true" else None
    language = _language(words)
    signals = INTERRUPTS.listening(to_the_end=args is None)
    with streams.lasting(encoding) as stdout, signals, speaking(language):
        code = _exit_code(words, prog_name, verb)
    if args is None:
        garbage.uncollected_at_the_end()
    sys.exit(code or (stdout.exit_code if stdout else 0))


def _exit_code(words: list[str], prog_name: str | None, verb: str | None) -> int:
    try:
        command = _load(verb) if verb else spoken(verbs)
        return int(command.main(words, prog_name=prog_name, standalone_mode=False) or 0)
    except BenchmarkError as error:
        return _report(error, words)
    except click.ClickException as error:
        refusal = suggested(error)
        shown = io.StringIO()
        refusal.show(shown)
        click.echo(_clean(shown.getvalue()), err=True, nl=False)
        return _print_json(UsageError(refusal.format_message()), words)
    except (click.Abort, KeyboardInterrupt):
        return _interrupted(words)
    except Exception as error:  # noqa: BLE001 - the boundary: no traceback reaches a user
        if os.environ.get("SAGELLM_DEBUG"):
            import traceback  # noqa: PLC0415 - takes 4 ms, and is hardly ever wanted

            click.echo(_clean(traceback.format_exc()), err=True)
        failure = _foreseen(error) or _bug(error)
    # Not before the error is gone, and all that its frames hold: memory may be what is lacking.
    return _report(failure, words)


def _foreseen(error: Exception) -> BenchmarkError | None:
    """What is no bug wherever it happens; None where it is one."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _NO_PLACE:
        return UsageError(_no_place(cast("OSError", error)), hint=_NO_PLACE_HINT)
    if isinstance(error, MemoryError) or number == errno.ENOMEM:
        return TryAgainError("There is not enough memory.", hint=_NO_MEMORY_HINT)
    return None


def _bug(error: Exception) -> BenchmarkError:
    bug = BenchmarkError(f"{type(error).__name__}: {error}", hint=_BUG_HINT)
    _annotate(bug)
    return bug


def _no_place(error: OSError) -> str:
    """Without the name where it is long: nobody would read on behind it."""
    name = text.one_line(str(error.filename or ""), _LONGEST_NAME)
    return f"{name}: {error.strerror}."


def _interrupted(words: list[str]) -> int:
    """Not cut off by another one: there is nothing to stop any more."""
    with suppress(KeyboardInterrupt), INTERRUPTS.held():
        click.echo(say("Interrupted."), err=True)
        interrupt = BenchmarkError("Interrupted.")
        interrupt.exit_code = INTERRUPTS.exit_code
        _print_json(interrupt, words)
    return INTERRUPTS.exit_code


def _report(error: BenchmarkError, words: list[str]) -> int:
    from benchmark import action, report  # noqa: PLC0415 - keeps `--help` fast
    from benchmark.commands import installing  # noqa: PLC0415 - as above
    from benchmark.commands.common import on_github  # noqa: PLC0415 - as above

    violations = error.violations if isinstance(error, InvalidDataError) else ()
    guard = action.inert if on_github() else str
    lines = report.failed(i18n.translator(_language(words)), error, violations)
    error.hint = installing.fitting(error.hint)
    for line in _clean(installing.fitting("\n".join(lines))).split("\n"):
        click.echo(guard(line), err=True)
    return _print_json(error, words)


def _annotate(bug: BenchmarkError) -> None:
    """On a GitHub runner; what is no bug, its command has told already."""
    from benchmark import action  # noqa: PLC0415 - keeps `--help` fast
    from benchmark.commands.common import on_github  # noqa: PLC0415 - as above

    if on_github():
        for line in action.annotate([action.Annotation("error", str(bug), title="A bug")]):
            click.echo(_clean(line), err=True)


def _print_json(error: BenchmarkError, words: list[str]) -> int:
    """Whoever parses stdout gets one object there, also where there is no result."""
    violations = error.violations if isinstance(error, InvalidDataError) else ()
    if "--json" in words:
        failure: dict[str, Json] = {
            "error": {
                "type": type(error).__name__,
                "message": str(error),
                "hint": error.hint,
                "exit_code": error.exit_code,
            },
            "rejected": [dict(violation._asdict()) for violation in violations],
        }
        written = canonical.dumps(canonical.writable(failure)).decode()
        click.echo(streams.as_utf_8(_clean(written).encode()))
    return error.exit_code


def _language(words: list[str]) -> str:
    """The language of an error, which may be about words that click could not parse."""
    apart = [part for word in words for part in word.split("=", 1)]
    return dict(pairwise(apart)).get("--lang") or i18n.language_of(os.environ)


def _clean(text: str) -> str:
    """Whatever a server said, no secret of the environment is repeated, nor what looks like one."""
    from benchmark.credentials import Cleaner, secrets_among  # noqa: PLC0415 - keeps `--help` fast

    return Cleaner(secrets_among(os.environ))(text)


if __name__ == "__main__":
    main()

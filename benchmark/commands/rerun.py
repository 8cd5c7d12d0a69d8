"""`sagellm-benchmark rerun`: repeat what an entry says and see whether it holds."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchmark.commands import run
from benchmark.commands.common import Output, output_options
from benchmark.commands.files import entries_of
from benchmark.credentials import HIDDEN
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError, UsageError
from benchmark.i18n import N_
from benchmark.measure.reproduction import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.canonical import Json
    from benchmark.measure.reproduction import Reproduction

_NEVER_TAKEN_OVER = ("serve", "base_url", "cluster")
"""An entry is somebody else's text: it starts no command here, and an API key goes nowhere it
says."""


@click.command("rerun", short_help="Repeat the run an entry is from.")
@click.argument("file", metavar="ENTRY", type=click.Path(exists=True, path_type=Path))
@click.option("--model", help="Where the model is, if its name in the entry is not enough.")
@click.option("--base-url", metavar="URL", help="The endpoint; never taken from the entry.")
@click.option("--serve", metavar="COMMAND", help="The server; never taken from the entry.")
@click.option(
    "--outputs",
    type=click.Path(file_okay=False, path_type=Path),
    default="outputs",
    show_default=True,
    help="Where the new result is kept.",
)
@click.option("--submitter", help="Who measures. Default: git's user.name, or anonymous.")
@output_options
def command(
    *,
    file: Path,
    outputs: Path,
    submitter: str | None,
    as_json: bool,
    lang: str,
    **instead: str | None,
) -> None:
    """Repeat the run that ENTRY, a file with one entry, is from; keep it as a new result.

    Says whether the speed is the same within the noise of both runs. Ends with 65 if it is not.
    """
    output = Output(as_json, lang)
    old = _only(file)
    options = _options(old, {name: value for name, value in instead.items() if value})
    new = Entry(run.measure(options, outputs, submitter, output).kept[-1].entry)
    found = judge(old, new)
    output.say(_lines(output.translate, found))
    output.result(_json(old, new, found))
    if not found.holds:
        raise InvalidDataError(
            f"{old.label} is not reproduced here.",
            hint=N_("Look at what differs above, and whether the machine was quiet."),
        )


def _only(file: Path) -> Entry:
    entries = entries_of([file])
    if len(entries) != 1:
        raise UsageError(
            f"{file} holds {len(entries)} entries.",
            hint=N_("Give a file with one, as run writes it."),
        )
    return entries[0]


def _options(entry: Entry, instead: dict[str, str]) -> dict[str, Any]:
    """What `run` was asked, read by `run`'s own parser: nothing else in it is understood."""
    words = shlex.split(str(entry.at("metadata", "reproducible_cmd") or ""))
    if words[:2] != ["sagellm-benchmark", "run"]:
        raise UsageError(
            "The entry does not say by which command of sagellm-benchmark it was measured.",
            hint=N_("Only entries of sagellm-benchmark run can be repeated."),
        )
    try:
        context = run.command.make_context("run", words[2:])
    except click.ClickException as error:
        raise UsageError(f"The entry's command is not understood: {error.message}") from None
    taken = {**context.params, **dict.fromkeys(_NEVER_TAKEN_OVER), **instead}
    _refuse_hidden(taken)
    return {name: value for name, value in taken.items() if name not in run.OF_THE_COMMAND}


def _refuse_hidden(taken: dict[str, Any]) -> None:
    """Something else would be measured, and called the same."""
    hidden = [name for name, value in taken.items() if HIDDEN in str(value)]
    if hidden:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in hidden)
        raise UsageError(
            f"The entry does not tell what it was measured with: {flags} is hidden in it.",
            hint=N_("Measure with run, and look at both by compare."),
        )


def _lines(_: Callable[[str], str], found: Reproduction) -> Iterator[str]:
    for name, (old, new) in found.differences.items():
        yield f"  ≠ {name}: {old} → {new}"
    text = _("Speed: {ratio:.1%} of the entry's; the noise of both runs is ±{noise:.1%}.")
    yield text.format(ratio=found.ratio, noise=found.noise)
    yield _("Reproduced.") if found.holds else _("Not reproduced.")


def _json(old: Entry, new: Entry, found: Reproduction) -> Json:
    return {
        "reproduced": found.holds,
        "ratio": found.ratio,
        "noise": found.noise,
        "run_ids": [old.run_id, new.run_id],
        "differences": {name: [*values] for name, values in found.differences.items()},
    }

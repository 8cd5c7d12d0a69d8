"""`sagellm-benchmark rerun`: repeat what an entry says and see whether it holds."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchmark import report
from benchmark.commands import run
from benchmark.commands.common import Output, output_options
from benchmark.commands.files import entries_of
from benchmark.commands.parameters import Words
from benchmark.commands.submitting import submission_of
from benchmark.credentials import HIDDEN
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError, TryAgainError, UsageError
from benchmark.i18n import N_
from benchmark.measure import local_files
from benchmark.measure.entry_builder import DATA_SOURCE
from benchmark.measure.recorded.fields import recorded_field
from benchmark.measure.reproduction import CANNOT_SAY, NOT_REPRODUCED, REPRODUCED, has_speed, judge
from benchmark.measure.run_options import default_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.canonical import Json
    from benchmark.errors import BenchmarkError
    from benchmark.measure.reproduction import Reproduction

_NEVER_TAKEN_OVER = (
    *("serve", "base_url", "cluster", "header", "ca_file", "insecure"),
    *("sagellm", "install_sagellm"),
)
"""An entry is somebody else's text: it starts and installs no command here, an API key goes nowhere
it says, no other variable is sent, and no certificate believed."""


@click.command("rerun", short_help="Repeat the run an entry is from.")
@click.argument("file", metavar="ENTRY", type=click.Path(exists=True, path_type=Path))
@click.option("--model", help="Where the model is, if its name in the entry is not enough.")
@click.option("--base-url", metavar="URL", help="The endpoint; never taken from the entry.")
@click.option(
    "--repeats",
    type=click.IntRange(min=1),
    help="Requests to measure. Default: as many as the entry is from.",
)
@click.option("--serve", metavar="COMMAND", help="The server; never taken from the entry.")
@click.option("--sagellm", type=click.Path(path_type=Path), help="The command sagellm.")
@click.option("--install-sagellm", is_flag=True, help="As of run; never taken over either.")
@click.option(
    "--header",
    multiple=True,
    metavar="'NAME: $VARIABLE'",
    help="A field of every request; never taken from the entry.",
)
@click.option(
    "--ca-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Certificates to believe; never taken from the entry.",
)
@click.option("--insecure", is_flag=True, help="Believe any certificate; never taken over either.")
@click.option(
    "--outputs",
    type=click.Path(file_okay=False, path_type=Path),
    default="outputs",
    show_default=True,
    help="Where the new result is kept.",
)
@click.option(
    "--submitter", type=Words(), help="Who measures. Default: git's user.name, or anonymous."
)
@output_options
def command(
    *,
    file: Path,
    outputs: Path,
    submitter: str | None,
    as_json: bool,
    lang: str,
    **instead: Any,  # noqa: ANN401 - as click declares them
) -> int:
    """Repeat the run that ENTRY, a file with one entry, is from; keep it as a new result.

    Says whether the speed is the same within the noise of both runs, and of somebody else's entry
    what to submit. Ends with 65 if it is not the same, and with 75 if too few requests were
    measured to say.
    """
    output = Output(as_json, lang)
    old = _only(file)
    options = _options(old, {name: value for name, value in instead.items() if value})
    options |= _found(old, file, [name for name, value in instead.items() if value], options)
    kept = run.measure(options, outputs, submitter, output).kept[-1]
    new = Entry(kept.entry)
    found, ours = judge(old, new), submission_of(old, new, kept.files.entry)
    output.say(_lines(output.translate, found))
    output.say(ours.lines(output.translate, outputs) if ours else ())
    output.result({**_json(old, new, found), "submission": ours.as_json() if ours else None})
    problem = _problem(old, found)
    if problem is None:
        return 0
    for line in report.failed(output.translate, problem):
        click.echo(line, err=True)
    return problem.exit_code


def _problem(old: Entry, found: Reproduction) -> BenchmarkError | None:
    """Why this ends with another code than 0; told here, for the one JSON object is the verdict."""
    if found.verdict == NOT_REPRODUCED:
        return InvalidDataError(
            f"{old.label} is not reproduced here.",
            hint=N_("Look at what differs above, and whether the machine was quiet."),
        )
    if found.verdict == CANNOT_SAY:
        return TryAgainError(
            f"Whether {old.label} is reproduced here cannot be said.",
            hint=N_("Measure the entry itself again: its own figure is too uncertain.")
            if found.requests is None
            else f"Run it again with --repeats {found.requests}, on a quiet machine.",
        )
    return None


def _only(file: Path) -> Entry:
    entries = entries_of([file])
    if len(entries) != 1:
        raise UsageError(
            f"{file} holds {len(entries)} entries.",
            hint=N_("Give a file with one, as run writes it."),
        )
    if not has_speed(entries[0]):
        raise UsageError(
            f"The entry in {file} says no speed.",
            hint=N_("Only entries of sagellm-benchmark run can be repeated."),
        )
    return entries[0]


def _found(entry: Entry, file: Path, given: list[str], taken: dict[str, Any]) -> dict[str, str]:
    """Where the files are that the run was given and of which the entry tells the name alone."""
    known = local_files.beside(file)
    local = entry.at("provenance", "local_files")
    names = [one for one in local_files.OPTIONS if isinstance(local, list) and one in local]
    found = {}
    for name in [one for one in names if one not in given and taken.get(one) is not None]:
        place = known.get(name) or local_files.near(file, str(taken[name]))
        if place is None:
            raise UsageError(
                f"The entry's {name} {taken[name]} was a file or folder where it was measured, "
                "and is not found here.",
                hint=N_("Say with --model where the model is; run it where the other files are."),
            )
        found[name] = str(place)
    return found


def _options(entry: Entry, instead: dict[str, Any]) -> dict[str, Any]:
    """What `run` was asked, read by `run`'s own parser: nothing else in it is understood."""
    words = _words(entry)
    try:
        context = run.command.make_context("run", words)
    except click.ClickException as error:
        raise UsageError(f"The entry's command is not understood: {error.message}") from None
    never = {name: default_of(name) for name in _NEVER_TAKEN_OVER}
    taken = {**context.params, **never, **instead}
    _refuse_hidden(taken)
    return {name: value for name, value in taken.items() if name not in run.OF_THE_COMMAND}


def _words(entry: Entry) -> list[str]:
    """What stands behind `sagellm-benchmark run` in the entry.

    isagellm-benchmark has a command of that name, which measures other things by the same words.
    """
    if entry.at("metadata", "data_source") != DATA_SOURCE:
        raise UsageError(
            "The entry was not measured by this package, even if a command of this name did.",
            hint=N_("Only entries of sagellm-benchmark run can be repeated."),
        )
    try:
        words = shlex.split(str(entry.at("metadata", "reproducible_cmd") or ""))
    except ValueError:
        words = []
    if words[:2] != ["sagellm-benchmark", "run"] or {"-h", "--help"} & {*words}:
        raise UsageError(
            "The entry does not say by which command of sagellm-benchmark it was measured.",
            hint=N_("Only entries of sagellm-benchmark run can be repeated."),
        )
    return words[2:]


def _refuse_hidden(taken: dict[str, Any]) -> None:
    """Something else would be measured, and called the same."""
    hidden = [name for name, value in taken.items() if HIDDEN in str(value)]
    meeting = taken["rendezvous"]
    if meeting is not None and recorded_field("rendezvous", meeting) != meeting:
        # Run hides where others are: somebody else wrote it, for us to go there.
        hidden.append("rendezvous")
    if hidden:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in hidden)
        raise UsageError(
            f"The entry does not tell what it was measured with: {flags} is hidden in it.",
            hint=N_("Measure with run, and look at both by compare."),
        )


def _lines(_: Callable[[str], str], found: Reproduction) -> Iterator[str]:
    for name, (old, new) in found.differences.items():
        yield f"  ≠ {name}: {old} → {new}"
    if found.noise is None:
        text = _("Speed: {ratio:.1%} of the entry's; the noise of both runs is not known.")
        yield text.format(ratio=found.ratio)
    else:
        text = _("Speed: {ratio:.1%} of the entry's; the noise of both runs is ±{noise:.1%}.")
        yield text.format(ratio=found.ratio, noise=found.noise)
    yield from _verdict(_, found)


def _verdict(_: Callable[[str], str], found: Reproduction) -> Iterator[str]:
    if found.verdict == REPRODUCED:
        yield _("Reproduced.")
    elif found.verdict == NOT_REPRODUCED:
        yield _("Not reproduced.")
    elif found.requests is None:
        yield _("Cannot say: the entry's own figure is too uncertain to be held to.")
    else:
        text = _("Cannot say: about {count} requests would tell.")
        yield text.format(count=found.requests)


def _json(old: Entry, new: Entry, found: Reproduction) -> dict[str, Json]:
    return {
        "verdict": found.verdict,
        "reproduced": None if found.verdict == CANNOT_SAY else found.verdict == REPRODUCED,
        "requests_needed": found.requests,
        "ratio": found.ratio,
        "noise": found.noise,
        "run_ids": [old.run_id, new.run_id],
        "differences": {name: [*values] for name, values in found.differences.items()},
    }

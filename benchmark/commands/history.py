"""`sagellm-benchmark history`: every run of a configuration, and what became of it."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from benchmark.clone import Clone, is_clone
from benchmark.commands.columns import prose
from benchmark.commands.common import (
    Output,
    dataset_options,
    format_option,
    open_store,
    output_options,
)
from benchmark.commands.files import entries_of
from benchmark.commands.history_table import buried, remarks, spoken, table_of
from benchmark.commands.parameters import HowMany
from benchmark.commands.progress import READING, watching
from benchmark.dataset import Dataset, parse
from benchmark.errors import UsageError
from benchmark.history import matching, newest, taken_down, told_json
from benchmark.i18n import N_
from benchmark.markdown import MOST_ROWS, history_table
from benchmark.text import one_line
from benchmark.trust import trust_json, trusts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmark.canonical import Json
    from benchmark.decisions import Tombstone
    from benchmark.history import Excerpt, History, Told
    from benchmark.watch import Watch

_SHOWN_DIGITS = 12
_MOST = 50
"""Configurations that are listed; --json has all."""

_NEWEST = {"table": 50, "markdown": MOST_ROWS}
"""Runs that people are shown; programs get all."""

_MORE = N_("… and {count} earlier ones. All of them: --last all. For programs: --json.")


@click.command("history", short_help="Show every run of a configuration and its fate.")
@click.argument("config")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--last", type=HowMany(), metavar="N|all",
    help="Only the newest N runs, and the best one.  [default: 50 in a table, 200 in Markdown]",
)  # fmt: skip
@dataset_options
@format_option
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    config: str,
    paths: tuple[Path, ...],
    last: int | None,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    form: str,
    as_json: bool,
    lang: str,
) -> None:
    """Show every run of CONFIG in the order of time: which is best, and why the others are not.

    CONFIG is a label, the first 8 digits or more of a run id, or any part of a label; if several
    configurations match they are listed. Of the dataset, or of PATHS: a clone of it, or result
    files and folders of them.
    """
    output = Output(as_json or form == "json", lang)
    with watching(output, output.translate(READING)) as watch:
        if paths:
            state = _state(paths, watch)
        else:
            state = parse(open_store(hf_repo, revision, endpoint).read(), watch=watch)
    found = matching(state, config)
    stones = taken_down(state) if found else taken_down(state, config.lower())
    if not (found or stones):
        raise UsageError(
            f"No configuration matches {one_line(config, 80)!r}.",
            hint=N_("Give a part of a label, as `sagellm-benchmark report` shows them."),
        )
    if output.as_json:
        output.result(_json(state, config, found, stones, last))
    elif len(found) == 1:
        shown = newest(found[0], stones, last or _NEWEST[form])
        lines = _markdown if form == "markdown" else _lines
        output.say(lines(output.translate, state, found[0].label, shown, is_told=last is None))
    else:
        output.say(_listed(output.translate, found) if found else _graves(output, stones))


def _markdown(
    _: Callable[[str], str], state: Dataset, label: str, shown: Excerpt, *, is_told: bool
) -> Iterator[str]:
    told = shown if is_told else shown._replace(left_out=0)
    yield history_table(label, told, *_words(_, state, shown)).rstrip("\n")


def _lines(
    _: Callable[[str], str], state: Dataset, label: str, shown: Excerpt, *, is_told: bool
) -> Iterator[str]:
    width = Console().width
    yield label
    yield from table_of(_, shown, width)
    if is_told and shown.left_out:
        yield from prose(_(_MORE).format(count=shown.left_out), width)
    yield from remarks(_, shown, *_words(_, state, shown), width)


def _words(
    _: Callable[[str], str], state: Dataset, shown: Excerpt
) -> tuple[Callable[[Told], str], Callable[[Tombstone], str]]:
    """What is said of a run, and of a tombstone."""
    trust = trusts(state, (told.entry for told in shown.runs), with_places=False)
    return partial(spoken, _, trust), partial(buried, _)


def _state(paths: Sequence[Path], watch: Watch) -> Dataset:
    """What clones and files hold."""
    state = Dataset()
    for path in paths:
        if is_clone(path):
            there = parse(Clone(path).read(), watch=watch)
            state = state.joined(
                there.runs.values(), there.retractions, there.confirmations, there.tombstones
            ).with_attestations(there.attestations)
        else:
            state = state.joined(entries_of([path]))
    return state


def _listed(_: Callable[[str], str], found: Sequence[History]) -> Iterator[str]:
    yield _("{count} configurations match; name one:").format(count=len(found))
    for history in found[:_MOST]:
        yield f"  {history.config_id[:_SHOWN_DIGITS]}  {history.label}  ({len(history.entries)})"
    if len(found) > _MOST:
        yield "  " + _("… and {count} more").format(count=len(found) - _MOST)


def _graves(output: Output, stones: Sequence[Tombstone]) -> list[str]:
    return [
        f"{stone.at}  {stone.run_id}  {one_line(buried(output.translate, stone))}"
        for stone in stones
    ]


def _json(
    state: Dataset,
    sought: str,
    found: Sequence[History],
    stones: Sequence[Tombstone],
    last: int | None,
) -> Json:
    most = last or sys.maxsize
    shown = [newest(history, (), most).runs for history in found]
    runs = (told.entry for of_one in shown for told in of_one)
    trust = trusts(state, runs, with_places=False)
    return {
        "sought": sought,
        "configurations": [
            {
                "label": history.label,
                "config_id": history.config_id,
                "runs": [
                    {**told_json(told), **trust_json(trust.get(told.entry.run_id))}
                    for told in of_one
                ],
            }
            for history, of_one in zip(found, shown, strict=True)
        ],
        "taken_down": [dict(stone._asdict()) for stone in stones[-most:]],
    }

"""`sagellm-benchmark history`: every run of a configuration, and what became of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from benchmark.clone import Clone, is_clone
from benchmark.commands.common import (
    Output,
    dataset_options,
    format_option,
    open_store,
    output_options,
)
from benchmark.commands.files import entries_of
from benchmark.commands.history_table import buried, remarks, spoken, table_of
from benchmark.dataset import Dataset, parse
from benchmark.errors import UsageError
from benchmark.history import History, matching, taken_down, told_json
from benchmark.i18n import N_
from benchmark.markdown import history_table
from benchmark.text import one_line
from benchmark.trust import trust_json, trusts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.decisions import Tombstone
    from benchmark.entry import RunId
    from benchmark.trust import Trust

_SHOWN_DIGITS = 12
_MOST = 50
"""Configurations that are listed; --json has all."""


@click.command("history", short_help="Show every run of a configuration and its fate.")
@click.argument("config")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@dataset_options
@format_option
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    config: str,
    paths: tuple[Path, ...],
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
    state = _state(paths) if paths else parse(open_store(hf_repo, revision, endpoint).read())
    found = matching(state, config)
    stones = taken_down(state) if found else taken_down(state, config.lower())
    if not (found or stones):
        raise UsageError(
            f"No configuration matches {one_line(config, 80)!r}.",
            hint=N_("Give a part of a label, as `sagellm-benchmark report` shows them."),
        )
    trust = trusts(state)
    words = (partial(spoken, output.translate, trust), partial(buried, output.translate))
    if output.as_json:
        output.result(_json(config, found, stones, trust))
    elif len(found) == 1 and form == "markdown":
        click.echo(history_table(found[0], stones, *words), nl=False)
    elif len(found) == 1:
        console = Console()
        console.print(Text(found[0].label), table_of(output.translate, found[0], stones))
        for line in remarks(output.translate, found[0], stones, *words):
            console.print(Text(line))
    else:
        output.say(_listed(output.translate, found) if found else _graves(output, stones))


def _state(paths: Sequence[Path]) -> Dataset:
    """What clones and files hold."""
    state = Dataset()
    for path in paths:
        if is_clone(path):
            there = parse(Clone(path).read())
            state = state.joined(
                there.runs.values(), there.retractions, there.confirmations, there.tombstones
            ).with_attestations(there.attestations)
        else:
            state = state.joined(entries_of([path]))
    return state


def _listed(_: Callable[[str], str], found: Sequence[History]) -> Iterator[str]:
    yield _("{count} configurations match; name one:").format(count=len(found))
    for history in found[:_MOST]:
        yield f"  {history.config_id[:_SHOWN_DIGITS]}  {history.label}  ({len(history.runs)})"
    if len(found) > _MOST:
        yield "  " + _("… and {count} more").format(count=len(found) - _MOST)


def _graves(output: Output, stones: Sequence[Tombstone]) -> list[str]:
    return [
        f"{stone.at}  {stone.run_id}  {one_line(buried(output.translate, stone))}"
        for stone in stones
    ]


def _json(
    sought: str,
    found: Sequence[History],
    stones: Sequence[Tombstone],
    trust: Mapping[RunId, Trust],
) -> Json:
    return {
        "sought": sought,
        "configurations": [
            {
                "label": history.label,
                "config_id": history.config_id,
                "runs": [
                    {**told_json(told), **trust_json(trust.get(told.entry.run_id))}
                    for told in history.runs
                ],
            }
            for history in found
        ],
        "taken_down": [dict(stone._asdict()) for stone in stones],
    }

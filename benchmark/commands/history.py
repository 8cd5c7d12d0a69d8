"""`sagellm-benchmark history`: every run of a configuration, and what became of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmark.clone import Clone, is_clone
from benchmark.commands.common import Output, dataset_options, open_store, output_options
from benchmark.commands.files import entries_of
from benchmark.dataset import Dataset, parse
from benchmark.errors import UsageError
from benchmark.history import Fate, History, Told, matching, taken_down, told_json
from benchmark.i18n import N_
from benchmark.i18n import told as retold
from benchmark.markdown import history_table, number
from benchmark.text import one_line
from benchmark.trust import trust_json, trusts
from benchmark.verdict import DOUBTFUL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.decisions import Tombstone
    from benchmark.entry import RunId
    from benchmark.trust import Trust

_SHOWN_DIGITS = 12
_MINUTES = 16
"""Letters of a time, without its seconds."""
_MOST = 50
"""Configurations that are listed; --json has all."""
_FIGURES = ("throughput_tps", "ttft_ms", "tpot_ms")


@click.command("history", short_help="Show every run of a configuration and its fate.")
@click.argument("config")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@dataset_options
@click.option(
    "--format", "form", type=click.Choice(["table", "markdown", "json"]), default="table",
    show_default=True,
)  # fmt: skip
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
    words = (partial(_spoken, output.translate, trust), partial(_buried, output.translate))
    if output.as_json:
        output.result(_json(config, found, stones, trust))
    elif len(found) == 1 and form == "markdown":
        click.echo(history_table(found[0], stones, *words), nl=False)
    elif len(found) == 1:
        console = Console()
        console.print(Text(found[0].label), _table(output.translate, found[0], stones))
        for line in _remarks(output.translate("best"), found[0], stones, *words):
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


def _spoken(_: Callable[[str], str], trust: Mapping[RunId, Trust], told: Told) -> str:
    """Its fate, what was decided or is doubted besides, and what stands behind it."""
    said = [_fate(_, told.fate)]
    said += [_("confirmed: {reason}").format(reason=reason) for reason in told.confirmations]
    if told.verdict.kind == DOUBTFUL:
        doubts = "; ".join(retold(_, reason.text) for reason in told.verdict.reasons)
        said.append(_("doubtful: {reasons}").format(reasons=doubts))
    known = trust.get(told.entry.run_id)
    if known and known.attestations:
        said.append(_("attested by {workflow}").format(workflow=known.attestations[0].workflow))
    if known and known.reproduced_by:
        others = ", ".join(other.run_id[:_SHOWN_DIGITS] for other in known.reproduced_by)
        said.append(_("reproduced by {runs}").format(runs=others))
    return " · ".join(said)


def _fate(_: Callable[[str], str], fate: Fate) -> str:
    better = (fate.by or "")[:_SHOWN_DIGITS]
    reasons = "; ".join(retold(_, reason) for reason in fate.reasons)
    if fate.kind == "superseded":
        said = _("superseded by {run}") if fate.was_best else _("{run} was better already")
        return said.format(run=better)
    if fate.kind == "not ranked":
        return _("not ranked: {reasons}").format(reasons=reasons)
    return _("best") if fate.kind == "best" else reasons


def _buried(_: Callable[[str], str], stone: Tombstone) -> str:
    said = _("taken down by {by}: {reason} (its configuration is not kept)")
    return said.format(by=stone.by, reason=stone.reason)


def _table(_: Callable[[str], str], history: History, stones: Sequence[Tombstone]) -> Table:
    table = Table(box=None)
    for title in (_("Submitted"), "Run"):
        table.add_column(title, no_wrap=True)
    for title in ("tok/s", "TTFT ms", "TPOT ms"):
        table.add_column(title, justify="right")
    table.add_column(_("Submitter"), no_wrap=True, max_width=12)
    table.add_column(_("Fate"), no_wrap=True)
    for told in history.runs:
        table.add_row(*_cells(told), Text(_in_a_word(_, told)))
    for stone in stones:
        blank = (_minute(stone.at), stone.run_id[:_SHOWN_DIGITS], *("–",) * 4)
        table.add_row(*map(Text, blank), Text(_("taken down")))
    return table


def _in_a_word(_: Callable[[str], str], told: Told) -> str:
    words = {
        "best": _("best"),
        "superseded": _("superseded"),
        "not ranked": _("not ranked"),
        "retracted": _("retracted"),
    }
    mark = " ⚠" if told.verdict.kind == DOUBTFUL else ""
    return words[told.fate.kind] + mark


def _remarks(
    best: str,
    history: History,
    stones: Sequence[Tombstone],
    spoken: Callable[[Told], str],
    buried: Callable[[Tombstone], str],
) -> Iterator[str]:
    """What does not fit into a table: by what, why, and what was decided."""
    for told in history.runs:
        said = spoken(told)
        if said != best:
            yield f"{told.entry.run_id[:_SHOWN_DIGITS]}: {one_line(said)}"
    for stone in stones:
        yield f"{stone.run_id[:_SHOWN_DIGITS]}: {one_line(buried(stone))}"


def _cells(told: Told) -> Iterator[Text]:
    """Text, not markup: brackets in a contributor's text mean nothing."""
    entry = told.entry
    submitter = entry.at("metadata", "submitter")
    yield Text(_minute(entry.standing.submitted_at or "–"))
    yield Text(entry.run_id[:_SHOWN_DIGITS])
    yield from (Text(number(entry.at("metrics", name))) for name in _FIGURES)
    yield Text(one_line(submitter, 40) if isinstance(submitter, str) else "–")


def _minute(at: str) -> str:
    return one_line(at)[:_MINUTES].replace("T", " ")


def _listed(_: Callable[[str], str], found: Sequence[History]) -> Iterator[str]:
    yield _("{count} configurations match; name one:").format(count=len(found))
    for history in found[:_MOST]:
        yield f"  {history.config_id[:_SHOWN_DIGITS]}  {history.label}  ({len(history.runs)})"
    if len(found) > _MOST:
        yield "  " + _("… and {count} more").format(count=len(found) - _MOST)


def _graves(output: Output, stones: Sequence[Tombstone]) -> list[str]:
    return [
        f"{stone.at}  {stone.run_id}  {one_line(_buried(output.translate, stone))}"
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

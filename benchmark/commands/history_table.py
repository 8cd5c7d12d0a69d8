"""A configuration's history as people read it: a table, and beneath it what does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from benchmark.commands.columns import Column, filled, lines_of, prose
from benchmark.entry import Entry
from benchmark.i18n import told as retold
from benchmark.markdown import number
from benchmark.text import one_line
from benchmark.verdict import DOUBTFUL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmark.canonical import Json
    from benchmark.decisions import Tombstone
    from benchmark.entry import RunId
    from benchmark.history import Excerpt, Fate, Told
    from benchmark.trust import Trust

_SHOWN_DIGITS = 12
_MINUTES = 16
"""Letters of a time, without its seconds."""
_FIGURES = ("throughput_tps", "ttft_ms", "tpot_ms")
_SUBMITTER = 12
"""Cells of a submitter's name, for all to fit 80."""


def spoken(_: Callable[[str], str], trust: Mapping[RunId, Trust], told: Told) -> str:
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
    if told.entry.is_example:
        said.append(_("example: generated, nobody measured it"))
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


def buried(_: Callable[[str], str], stone: Tombstone) -> str:
    """Why a run was taken down."""
    said = _("taken down by {by}: {reason} (its configuration is not kept)")
    return said.format(by=stone.by, reason=stone.reason)


def table_of(_: Callable[[str], str], shown: Excerpt, width: int) -> Iterator[str]:
    """A run on a line of 80 letters."""
    columns = [
        *(Column(title, is_figure=True) for title in (_("Submitted"), "Run")),
        *(Column(title, is_figure=True) for title in ("tok/s", "TTFT ms", "TPOT ms")),
        *map(Column, (_("Submitter"), _("Fate"))),
    ]
    rows = [[*_cells(told), _in_a_word(_, told)] for told in shown.runs]
    rows += [
        [_minute(stone.at), stone.run_id[:_SHOWN_DIGITS], *("–",) * 4, _("taken down")]
        for stone in shown.stones
    ]
    return lines_of(filled(columns, rows), width)


def _in_a_word(_: Callable[[str], str], told: Told) -> str:
    words = {
        "best": _("best"),
        "superseded": _("superseded"),
        "not ranked": _("not ranked"),
        "retracted": _("retracted"),
    }
    mark = " ⚠" if told.verdict.kind == DOUBTFUL else ""
    return words[told.fate.kind] + mark


def remarks(
    _: Callable[[str], str],
    shown: Excerpt,
    spoken: Callable[[Told], str],
    buried: Callable[[Tombstone], str],
    width: int,
) -> Iterator[str]:
    """What does not fit into a table: by what, why, and what was decided."""
    said = [(told.entry.run_id, spoken(told)) for told in shown.runs]
    said += [(stone.run_id, buried(stone)) for stone in shown.stones]
    for run_id, words in said:
        if words != _("best"):
            yield from prose(f"{run_id[:_SHOWN_DIGITS]}: {one_line(words)}", width)


def _cells(told: Told) -> Iterator[str]:
    entry = Entry(told.entry.data)  # a packed run would be parsed for every word
    yield _minute(told.entry.standing.submitted_at or "–")
    yield told.entry.run_id[:_SHOWN_DIGITS]
    yield from (number(entry.at("metrics", name)) for name in _FIGURES)
    yield _name(entry.at("metadata", "submitter"))


def _name(submitter: Json) -> str:
    name = one_line(submitter, 40) if isinstance(submitter, str) else "–"
    return name if cell_len(name) <= _SUBMITTER else f"{set_cell_size(name, _SUBMITTER - 1)}…"


def _minute(at: str) -> str:
    return one_line(at)[:_MINUTES].replace("T", " ")

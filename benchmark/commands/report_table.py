"""A leaderboard as a table on the screen, and what its marks stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.commands.columns import Column, filled, lines_of
from benchmark.config_key import is_missing, is_same
from benchmark.entry import Entry
from benchmark.i18n import told
from benchmark.label import part
from benchmark.markdown import number
from benchmark.text import one_line
from benchmark.trust import ties_among
from benchmark.verdict import IMPOSSIBLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.dataset import Dataset
    from benchmark.entry import RunId
    from benchmark.leaderboard import Leaderboard
    from benchmark.trust import Trust

    Translate = Callable[[str], str]

_SHOWN_DIGITS = 12
_FEWEST_DIGITS = 8
"""Of a run id: enough for `retract` and `confirm`."""

_MOST_TOLD = 50
_LONGEST = 1000


def table_lines(
    _: Translate,
    shown: Sequence[Entry],
    doubts: Mapping[RunId, Sequence[str]],
    trust: Mapping[RunId, Trust],
    width: int,
) -> Iterator[str]:
    """Entries in the order given; columns for which there is no room are left out.

    Args:
        _: the translator.
        shown: the best runs of their configurations.
        doubts: run id → why it is doubtful, of those that are.
        trust: run id → what stands behind it.
        width: of the terminal.
    """
    rows = (_row(run, trust[run.run_id], doubts.get(run.run_id, ())) for run in shown)
    return lines_of(filled(_columns(_), rows), width)


def _columns(_: Translate) -> list[Column]:
    return [
        *map(Column, ("#", _("Model"), _("Hardware"), _("Engine"), _("Workload"))),
        *(Column(title, is_figure=True) for title in (_("at once"), "tok/s", "TTFT ms")),
        Column("TPOT ms", is_figure=True, is_extra=True),
        *(Column(title, is_extra=True) for title in (_("Run"), _("Submitter"), _("Trust"))),
    ]


def _row(run: Entry, trust: Trust, doubts: Sequence[str]) -> list[str]:
    said = Entry(run.data)  # a packed run would be parsed for every word
    values = said.configuration
    return [
        _place(said, trust, doubts),
        *(cell(values) for cell in (_model, _hardware, _engine, _workload)),
        part(values["concurrent_requests"]),
        *(number(said.at("metrics", name)) for name in ("throughput_tps", "ttft_ms", "tpot_ms")),
        run.run_id[:_FEWEST_DIGITS],
        submitter_of(said),
        str(trust),
    ]


def remarks(
    _: Translate,
    dataset: Dataset,
    board: Leaderboard,
    doubts: Mapping[RunId, Sequence[str]],
    trust: Mapping[RunId, Trust],
) -> Iterator[str]:
    """What is tied, what the marks in the table stand for, and what is not in it."""
    shown = [*board.values()]
    yield from _tied(_, shown, trust)
    yield from _signed(_, shown, trust)
    yield from _borne_out(_, shown, trust)
    for entry in shown[:_MOST_TOLD]:
        if reasons := doubts.get(entry.run_id):
            yield _told(_, _("⚠ doubtful: {run}: {reason}"), entry, reasons[0])
    examples = sum(entry.is_example for entry in shown)
    if examples:
        yield _("* example: generated, nobody measured it ({count})").format(count=examples)
    # They would be first if they could be true.
    claimed = [run for run in dataset.runs.values() if run.standing.verdict == IMPOSSIBLE]
    for entry in claimed[:_MOST_TOLD]:
        if reasons := dataset.why_not_ranked(entry):
            yield _told(_, _("⚠ not ranked: {run}: {reason}"), entry, reasons[0])


def submitter_of(entry: Entry) -> str:
    """Who submitted it."""
    name = entry.at("metadata", "submitter")
    return one_line(name, 40) if isinstance(name, str) and name else "–"


def _told(_: Translate, line: str, entry: Entry, reason: str) -> str:
    text = one_line(told(_, reason), _LONGEST)
    return line.format(run=entry.run_id[:_SHOWN_DIGITS], reason=text)


def _tied(_: Translate, shown: Sequence[Entry], trust: Mapping[RunId, Trust]) -> Iterator[str]:
    for place in ties_among(shown, trust)[:_MOST_TOLD]:
        first, *others = (entry.run_id[:_SHOWN_DIGITS] for entry in place.sharing)
        several = ", ".join(others[:_MOST_TOLD])
        if len(others) > _MOST_TOLD:
            several = f"{several} … +{len(others) - _MOST_TOLD}"
        said = _("{place} {run} is tied with {others}: the difference is within their noise")
        yield said.format(place=place, run=first, others=several)


def _place(entry: Entry, trust: Trust, doubts: Sequence[str]) -> str:
    """A rank, and a tier in one character; most results are what somebody says, and have none."""
    mark = "⚠" if doubts else {"attested": "✓", "reproduced": "↻"}.get(trust.tier, "")
    return f"{trust.place} {mark}{'*' if entry.is_example else ''}".rstrip()


def _signed(_: Translate, shown: Sequence[Entry], trust: Mapping[RunId, Trust]) -> Iterator[str]:
    for entry in shown[:_MOST_TOLD]:
        for signed in trust[entry.run_id].attestations[:1]:
            said = _("{workflow} on a {runner} runner ({job})")
            where = said.format(workflow=signed.workflow, runner=signed.runner, job=signed.job)
            yield _told(_, _("✓ attested: {run}: {reason}"), entry, where)


def _borne_out(_: Translate, shown: Sequence[Entry], trust: Mapping[RunId, Trust]) -> Iterator[str]:
    for entry in shown[:_MOST_TOLD]:
        if others := trust[entry.run_id].reproduced_by:
            runs = ", ".join(other.run_id[:_SHOWN_DIGITS] for other in others[:_MOST_TOLD])
            # Self-declared, all of it.
            said = _("by {runs}, as other submitters on other machines say").format(runs=runs)
            yield _told(_, _("↻ reproduced: {run}: {reason}"), entry, said)


def _model(values: Mapping[str, Json]) -> str:
    parts = [part(values["model"]), part(values["precision"])]
    parts += [] if is_missing(values["quantization"]) else [part(values["quantization"])]
    return " ".join(parts)


def _hardware(values: Mapping[str, Json]) -> str:
    several = [
        f"{sign}{part(values[name])}"
        for sign, name in (("×", "chip_count"), ("nodes=", "node_count"))
        if not (is_missing(values[name]) or is_same(values[name], 1))
    ]
    return " ".join([part(values["chip_model"]), *several])


def _engine(values: Mapping[str, Json]) -> str:
    version = values["engine_version"]
    return " ".join([part(values["engine"]), *([] if is_missing(version) else [part(version)])])


def _workload(values: Mapping[str, Json]) -> str:
    lengths = f"{part(values['input_length'])}/{part(values['output_length'])}"
    name, batch = values["workload"], values["batch_size"]
    parts = [] if is_missing(name) else [part(name)]
    one = is_missing(batch) or is_same(batch, 1)
    return " ".join([*parts, lengths, *([] if one else [f"bs={part(batch)}"])])

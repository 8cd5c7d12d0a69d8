"""A leaderboard as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import told
from benchmark.labels import labels_of
from benchmark.markdown.tables import number, table
from benchmark.text import code_cell
from benchmark.trust import ties_among

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmark.entry import ConfigKey, Entry, RunId
    from benchmark.leaderboard import Leaderboard
    from benchmark.trust import Trust

    Translate = Callable[[str], str]

_LONGEST = 300
_MOST_TIED = 20


def leaderboard_table(
    _: Translate,
    board: Leaderboard,
    doubts: Mapping[RunId, Sequence[str]],
    trust: Mapping[RunId, Trust],
    left_out: int = 0,
) -> str:
    """A leaderboard as a table in its own order, and what is tied below it; no entities in it.

    Args:
        _: the translator.
        board: what is shown.
        doubts: run id → why it is doubtful, of those that are.
        trust: run id → what stands behind it.
        left_out: how many more there are.
    """
    ties = [place.sharing[:_MOST_TIED] for place in ties_among([*board.values()], trust)]
    labels = labels_of([*board.values(), *(entry for tied in ties for entry in tied)])
    rows = (
        [
            str(trust[entry.run_id].place),
            code_cell(labels[key], _LONGEST),
            *_figures(entry),
            _submitter(entry),
            str(trust[entry.run_id]),
            _verdict(_, entry, doubts.get(entry.run_id, ())),
        ]
        for key, entry in board.items()
    )
    figures = (_("Throughput (tok/s)"), _("TTFT (ms)"), _("TPOT (ms)"))
    header = (_("Rank"), _("Configuration"), *figures, _("Submitter"), _("Trust"), _("Verdict"))
    more = _("… and {count} more")
    lines = table(header, rows, more=more, figures={0, 2, 3, 4}, left_out=left_out)
    return "\n".join([*lines, *_tied(_, ties, labels)]) + "\n"


def _tied(
    _: Translate, ties: Sequence[Sequence[Entry]], labels: Mapping[ConfigKey, str]
) -> Iterator[str]:
    if ties:
        yield (
            "\n" + _("Tied, for the difference from the first is within the noise of both:") + "\n"
        )
    for tied in ties:
        yield "- " + "; ".join(code_cell(labels[entry.config_key], _LONGEST) for entry in tied)


def _verdict(_: Translate, entry: Entry, reasons: Sequence[str]) -> str:
    if not reasons:
        return _("example") if entry.is_example else ""
    several = "; ".join(told(_, reason) for reason in reasons)
    return f"⚠ {_('doubtful')}: {code_cell(several, _LONGEST)}"


def _submitter(entry: Entry) -> str:
    name = entry.at("metadata", "submitter")
    return code_cell(name) if isinstance(name, str) else "–"


def _figures(entry: Entry) -> list[str]:
    return [number(entry.at("metrics", name)) for name in ("throughput_tps", "ttft_ms", "tpot_ms")]

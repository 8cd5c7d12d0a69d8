"""What a comparison found, as lines for a screen."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from benchmark.i18n import N_, told
from benchmark.significance import BETTER, CANNOT_JUDGE, NO_DIFFERENCE, WORSE
from benchmark.text import number, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from benchmark.contrast import Contrast
    from benchmark.entry import Entry
    from benchmark.significance import Evidence, Judged

    Translate = Callable[[str], str]
    Row = tuple[str, Contrast]

VERDICTS = {
    BETTER: N_("better"),
    WORSE: N_("worse"),
    NO_DIFFERENCE: N_("no difference beyond noise"),
    CANNOT_JUDGE: N_("cannot be judged"),
}
_MARKS = {BETTER: "✓", WORSE: "✗", NO_DIFFERENCE: "=", CANNOT_JUDGE: "?"}
MOST = 50
"""Configurations, and reasons, that people are shown; --json has all."""

_DIGITS = 12


def in_order(rows: Sequence[Row]) -> Sequence[Row]:
    """As they are; of more than are shown, what is worse comes first, then what is better."""
    if len(rows) <= MOST:
        return rows
    places = (WORSE, BETTER, CANNOT_JUDGE, NO_DIFFERENCE)
    return sorted(rows, key=lambda row: places.index(row[1].verdict))


def contrasts_lines(_: Translate, rows: Sequence[Row], confidence: float) -> Iterator[str]:
    """Those of several configurations: the first, and how many more there are."""
    for label, contrast in in_order(rows)[:MOST]:
        yield from contrast_lines(_, contrast, label, confidence)
    yield from and_more(_, len(rows) - MOST)


def and_more(_: Translate, count: int) -> Iterator[str]:
    """How many are not shown, if any."""
    if count > 0:
        yield _("… and {count} more").format(count=count)


def contrast_lines(_: Translate, contrast: Contrast, label: str, confidence: float) -> list[str]:
    """A configuration's figures, each with its verdict, and what they rest on."""
    match = contrast.match
    return [
        label,
        *(f"  {line}" for side in (match.before, match.after) for line in _suspect(_, side)),
        *(f"  ≠ {name}: {old} → {new}" for name, (old, new) in match.configuration.items()),
        *(f"  {_judged(_, name, one, confidence)}" for name, one in contrast.judged.items()),
        *(f"    {name}: {_plain(*both)}" for name, both in contrast.figures.items()),
        *(f"  {line}" for line in _basis(_, contrast)),
    ]


def alone_lines(line: str, labels: Sequence[str]) -> Iterator[str]:
    """Configurations that one side lacks."""
    for label in labels[:MOST]:
        yield line.format(label=label)
    if len(labels) > MOST:
        yield f"… +{len(labels) - MOST}"


def interval_text(one: Judged) -> str:
    """The interval of the change in percent; "–" if it is not known."""
    if one.interval is None:
        return "–"
    low, high = (end - 1 for end in one.interval)
    return f"{low:+.1%} … {high:+.1%}"


def method(_: Translate, confidence: float) -> str:
    """How it was judged."""
    said = _(
        "Each figure is judged at {confidence:.4g} %: Student's t over the runs, and a "
        "moving-block bootstrap of each run's requests (Kalibera and Jones 2013, Künsch 1989)."
    )
    return said.format(confidence=100 * confidence)


def _judged(_: Translate, name: str, one: Judged, confidence: float) -> str:
    text = f"{_MARKS[one.verdict]} {name}: {_plain(one.before, one.after)}"
    if one.interval is not None:
        text += f"  [{100 * confidence:.4g} %: {interval_text(one)}]"
    return f"{text}  {_(VERDICTS[one.verdict])}"


def _plain(before: float, after: float) -> str:
    change = f" ({(after - before) / before:+.1%})" if before else ""
    return f"{number(before)} → {number(after)}{change}"


def _basis(_: Translate, contrast: Contrast) -> Iterator[str]:
    before, after = contrast.counts
    sampled = sum(contrast.with_samples)
    said = _("Runs: {before} against {after}; with samples: {sampled}.")
    yield said.format(before=before, after=after, sampled=sampled)
    if contrast.verdict == CANNOT_JUDGE or not contrast.judged:
        yield _("No samples and no interval: these are figures only, and chance cannot be judged.")
    elif before == after == 1:
        yield _("One run each: how runs differ is not known, so a little is allowed. Give several.")


def _suspect(_: Translate, runs: Iterable[Evidence]) -> Iterator[str]:
    reasons = (line for run in runs for line in _reason(_, run.entry))
    yield from islice(reasons, MOST)


def _reason(_: Translate, entry: Entry) -> Iterator[str]:
    verdict = entry.verdict
    if verdict.reasons:
        reason = one_line(told(_, verdict.reasons[0].text))
        kind = _(_KINDS.get(verdict.kind, verdict.kind))
        yield f"⚠ {kind}: {entry.run_id[:_DIGITS]}: {reason}"


_KINDS = {"doubtful": N_("doubtful"), "impossible": N_("impossible")}

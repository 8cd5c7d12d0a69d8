"""What a comparison found, as a table for a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.markdown.tables import number, table
from benchmark.significance import BETTER, CANNOT_JUDGE, NO_DIFFERENCE, WORSE
from benchmark.text import code_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from benchmark.contrast import Contrast
    from benchmark.entry import ConfigKey
    from benchmark.gate import Gate
    from benchmark.significance import Judged

_MARKS = {BETTER: "✅", WORSE: "❌", NO_DIFFERENCE: "🟰", CANNOT_JUDGE: "❔"}
_LONGEST_LABEL = 300
_MOST_LISTED = 50


def contrast_table(
    _: Callable[[str], str], found: Iterable[tuple[str, Contrast]], verdicts: dict[str, str]
) -> str:
    """A row for each figure of each configuration, after those for what is not the same besides.

    Args:
        _: the translator.
        found: each configuration's label with what was found.
        verdicts: each verdict in words, to be translated.
    """
    header = (
        *(_("Configuration"), _("Figure"), _("Before"), _("After")),
        *(_("Change"), _("Interval"), _("Verdict")),
    )
    rows = [
        row
        for label, contrast in found
        for row in _rows(_, code_cell(label, _LONGEST_LABEL), contrast, verdicts)
    ]
    lines = table(header, rows, more=_("… and {count} more"), figures={2, 3, 4, 5})
    return "\n".join(lines) + "\n"


def gate_summary(
    _: Callable[[str], str],
    found: Gate,
    labels: Mapping[ConfigKey, str],
    table: str,
    most: float,
) -> str:
    """What a check found: what it comes to, the figures, and what was not judged.

    Args:
        _: the translator.
        found: what was found.
        labels: of every configuration in it.
        table: its figures, by `contrast_table`.
        most: the share that is tolerated.
    """
    heading = _("✅ No regression") if found.judged else _("⚠️ Nothing could be judged")
    if found.regressions:
        heading = _("❌ Regressions: {count}")
    bound = _("Tolerated: {most:.4g} %. Each figure is judged at {confidence:.4g} %.")
    new = [labels[entry.config_key] for entry in found.new]
    parts = [
        "## " + heading.format(count=len(found.regressions)),
        bound.format(most=100 * most, confidence=100 * found.confidence),
        table.rstrip() if found.contrasts else "",
        _noisy(_, found),
        _listed(_("No counterpart in the baseline, so not judged:"), new),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _noisy(_: Callable[[str], str], found: Gate) -> str:
    said = _("Left out, for the machine was busy with something else, runs: {count}")
    return said.format(count=found.noisy) if found.noisy else ""


def _listed(title: str, labels: Sequence[str]) -> str:
    if not labels:
        return ""
    shown = [f"- {code_cell(label, _LONGEST_LABEL)}" for label in labels[:_MOST_LISTED]]
    rest = len(labels) - len(shown)
    return "\n".join([title, "", *shown, *([f"- … +{rest}"] if rest else [])])


def _rows(
    _: Callable[[str], str], label: str, contrast: Contrast, verdicts: dict[str, str]
) -> Iterator[list[str]]:
    for name, both in contrast.match.configuration.items():
        yield [label, f"`{name}`", *(code_cell(one, _LONGEST_LABEL) for one in both), "≠", "–", ""]
        label = ""
    for name, one in contrast.judged.items():
        verdict = f"{_MARKS[one.verdict]} {_(verdicts[one.verdict])}"
        figures = [number(one.before), number(one.after), _change(one.before, one.after)]
        yield [label, f"`{name}`", *figures, _interval(one), verdict]
        label = ""
    for name, (before, after) in contrast.figures.items():
        figures = [number(before), number(after), _change(before, after)]
        yield [label, f"`{name}`", *figures, "–", ""]
        label = ""


def _change(before: float, after: float) -> str:
    return f"{(after - before) / before:+.1%}" if before else "–"


def _interval(one: Judged) -> str:
    if one.interval is None:
        return "–"
    low, high = (end - 1 for end in one.interval)
    return f"{low:+.1%} … {high:+.1%}"

"""What a run amounts to, as figures and as a table."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.bench.table import markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.jepsen.history import Event


def figures(
    history: Sequence[Event], notes: Iterable[Mapping[str, Any]], deeds: Mapping[str, int]
) -> dict[str, Any]:
    """What was done, what went wrong meanwhile, and how long it took."""
    notes = list(notes)
    waits = sorted(times_to_land(history).values())
    submitted = {n for event in history if event.state == "submitted" for n in event.submissions}
    answers = Counter(note["status"] for note in notes if "status" in note)
    verbs: dict[str, Counter[str]] = {}
    for event in history:
        verbs.setdefault(event.verb, Counter())[event.state] += 1
    faults = Counter(note["fault"] for note in notes if "fault" in note)
    return {
        "submissions": len(submitted),
        "runs": len({run for event in history if event.verb == "submit" for run in event.runs}),
        "acknowledged": len(waits),
        "operations": {verb: dict(states) for verb, states in sorted(verbs.items())},
        "commits": len({note["sha"] for note in notes if note.get("sha")}),
        "answers": {str(status): count for status, count in sorted(answers.items())},
        "faults": dict(sorted(faults.items())),
        "faults_in_all": faults.total(),
        "deeds": dict(sorted(deeds.items())),
        "clocks_moved": sum(bool(event.ahead) for event in history),
        "seconds": round(history[-1].at, 1) if history else 0,
        "median_to_land": round(median(waits), 2) if waits else None,
        "p99_to_land": round(waits[int(len(waits) * 0.99)], 2) if waits else None,
        "longest_to_land": round(waits[-1], 2) if waits else None,
    }


def times_to_land(history: Iterable[Event]) -> dict[int, float]:
    """Submission → seconds until its contributor was told that it is in the dataset."""
    began: dict[int, float] = {}
    landed: dict[int, float] = {}
    for event in history:
        for number in event.submissions:
            if event.state == "submitted":
                began[number] = event.at
            elif event.state == "acknowledged":
                landed.setdefault(number, event.at - began[number])
    return landed


def table(found: Mapping[str, Any], problems: Sequence[str]) -> str:
    """The figures, as Markdown."""
    rows = [row for name, value in found.items() for row in _rows(name.replace("_", " "), value)]
    lost = sum(problem.startswith(("R2", "S1")) for problem in problems)
    rows += [["lost", str(lost)], ["problems", str(len(problems))]]
    return markdown(("what", "figure"), rows)


def _rows(name: str, value: Any) -> Iterator[list[str]]:
    if not isinstance(value, dict):
        yield [name, str(value)]
        return
    for part, item in value.items():
        yield from _rows(f"{name}: {part}", item)

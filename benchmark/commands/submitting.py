"""What to do with a run that repeats somebody else's: how to submit it, and whether it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import report
from benchmark.entry import normalise
from benchmark.reproduced import NOBODY, objection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmark.canonical import Json
    from benchmark.entry import Entry


class Submission(NamedTuple):
    """A new result that may be submitted beside a stranger's entry.

    Attributes:
        file: where it is.
        objection: why the leaderboard would not count it as reproducing the entry; None if it does.
    """

    file: Path
    objection: str | None

    def as_json(self) -> dict[str, Json]:
        """A `submission` of schemas/rerun_report_v1.schema.json."""
        why = self.objection
        return {"file": str(self.file), "counts": why is None, "why_not": why}

    def lines(self, _: Callable[[str], str], outputs: Path) -> Iterator[str]:
        """For people: what to submit, and what the leaderboard makes of it."""
        yield _("📌 Somebody else measured it first. What to submit: {file}").format(file=self.file)
        if self.objection is None:
            said = _("The leaderboard, which goes by throughput, then says: reproduced.")
            yield f"   {said}"
        else:
            said = _("It is kept beside the entry, and does not count as reproducing it: {reason}.")
            yield "   " + said.format(reason=_(self.objection))
        yield f"     sagellm-benchmark aggregate --outputs {outputs}"
        yield from report.how_to_push("hf_data")


def submission_of(old: Entry, new: Entry, file: Path) -> Submission | None:
    """What to submit; None where both runs are by one submitter, who has submitted already."""
    names = [normalise(entry.at("metadata", "submitter")) for entry in (old, new)]
    is_own = names[0] == names[1] and names[0] not in {normalise(None), normalise(NOBODY)}
    return None if is_own else Submission(file, objection(old, new))

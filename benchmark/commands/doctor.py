"""`sagellm-benchmark doctor`: whether a dataset is what it must be, and what repairs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from benchmark.amend import revise
from benchmark.commands.common import Output, clockwork, month, output_options
from benchmark.commands.place import open_place, place_options
from benchmark.commands.progress import watching
from benchmark.doctor import examined, treated
from benchmark.errors import InvalidDataError
from benchmark.i18n import N_, told_whole
from benchmark.retry import RetryPolicy
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from benchmark.doctor import Check
    from benchmark.leaderboard import Snapshot
    from benchmark.store import Store

_SHOWN = 10
"""Problems of a check that people are shown; --json has more."""

_REPAIRS = {
    "doctor --fix": N_("`sagellm-benchmark doctor --fix` repairs it."),
    "compact": N_("`sagellm-benchmark compact` repairs it."),
    "takedown": N_("`sagellm-benchmark takedown RUN_ID` removes it, if it has to go."),
    "by hand": N_("Somebody has to decide: `git log` of the dataset shows who changed it."),
    "nothing": N_("The next publish repairs it."),
}


_MEANINGS = {
    "readable": N_("every file can be read"),
    "fragment-names": N_("every file in runs/ has the content that its name says"),
    "canonical": N_("the same content is the same bytes"),
    "no-duplicates": N_("no run is in runs/ twice"),
    "schema": N_("every run is of the format"),
    "no-credentials": N_("no run holds what looks like a credential"),
    "files-per-folder": N_("no folder holds more files than the Hub recommends"),
    "nothing-lost": N_("nothing is gone since our last commit"),
    "history-complete": N_("runs/ holds every run of the leaderboards"),
    "boards-follow": N_("the leaderboards follow from the runs and the decisions on them"),
    "taken-down-gone": N_("what was taken down is in no file"),
    "no-orphans": N_("every decision is on a run that is known"),
    "manifest-and-index": N_("manifest and index say what is there"),
    "card": N_("viewer and load_dataset are told of the right files"),
    "page": N_("the page in the dataset, if it keeps one, shows what it holds"),
    "trail": N_("the trail leads to the leaderboards"),
}


@click.command("doctor", short_help="Check a dataset, and repair what can be.")
@place_options
@click.option("--fix", is_flag=True, help="Repair, in one commit, what needs no judgement.")
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    path: Path | None,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    fix: bool,
    as_json: bool,
    lang: str,
) -> int:
    """Check everything that must hold of the dataset, or of the clone of it at PATH.

    Reads all of it and trusts nothing. Ends with 0 only if all holds, else with 65, saying what is
    wrong and what repairs it. --fix makes again what follows from the runs and the decisions about
    them; it adds and removes no run, and only on the revision that it has read.
    """
    output = Output(as_json, lang)
    place = open_place(path, hf_repo, revision, endpoint)
    fixed: tuple[str, ...] = ()
    snapshot, checks = _examined(output, place)
    if fix and _can_be_treated(checks):
        fixed = revise(
            place,
            lambda read: treated(read, month=month()),
            title="Repair what follows from runs/",
            policy=RetryPolicy(),
            clockwork=clockwork(),
        ).files
        snapshot, checks = _examined(output, place)
    _show(output, place.url, snapshot, checks, fixed)
    healthy = all(check.holds for check in checks)
    output.result(
        {
            "where": place.url,
            "revision": snapshot.revision,
            "healthy": healthy,
            "fixed": [*fixed],
            "checks": [dict(check.to_json()) for check in checks],
        }
    )
    return 0 if healthy else InvalidDataError.exit_code


def _examined(output: Output, place: Store) -> tuple[Snapshot, list[Check]]:
    snapshot = place.read()
    with watching(output, output.translate(N_("Checking"))) as watch:
        return snapshot, examined(snapshot, watch)


def _can_be_treated(checks: Sequence[Check]) -> bool:
    """Whether something would be, and everything could be looked at."""
    repairs = {problem.repair for check in checks for problem in check.problems}
    return "doctor --fix" in repairs and all(check.was_made for check in checks)


def _is_stuck(checks: Sequence[Check]) -> bool:
    """Whether something is gone, or put in by hand, that a repair of the rest would hide."""
    by_hand = {check.name for check in checks for p in check.problems if p.repair == "by hand"}
    return not by_hand.isdisjoint({"nothing-lost", "history-complete"})


def _show(
    output: Output, url: str, snapshot: Snapshot, checks: Sequence[Check], fixed: Sequence[str]
) -> None:
    _ = output.translate
    output.say([f"{url} @ {snapshot.revision[:8]}"])
    output.say("   " + _("Repaired: {file}").format(file=one_line(file)) for file in fixed)
    for check in checks:
        output.say(_lines(_, check))
    if _is_stuck(checks):
        output.say(
            [_("Until what is by hand is settled, --fix repairs nothing: it would hide it.")]
        )
    if all(check.holds for check in checks):
        output.say([_("All is as it must be.")])


def _lines(_: Callable[[str], str], check: Check) -> Iterator[str]:
    if not check.was_made:
        yield _("– {check}: not looked at; repair the rest first").format(check=check.name)
    else:
        mark = "✓" if check.holds else "✗"
        yield f"{mark} {check.name}: {_(_MEANINGS[check.name])}"
    for problem in check.problems[:_SHOWN]:
        yield "    " + one_line(f"{problem.file} {told_whole(_, problem.message)}")
    more = len(check.problems) - _SHOWN
    if more > 0:
        yield "    " + _("… and {count} more").format(count=more)
    for repair in sorted({problem.repair for problem in check.problems}):
        yield f"    → {_(_REPAIRS[repair])}"

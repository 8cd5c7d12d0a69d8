"""`sagellm-benchmark validate`: check result files, every violation at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from benchmark import report, screening
from benchmark.board.bisection import entry_of
from benchmark.commands.common import Output, output_options
from benchmark.commands.files import places_of
from benchmark.doubts import doubts_among, doubts_of, lines_of_doubts
from benchmark.errors import InvalidDataError
from benchmark.refusals import violations_among
from benchmark.submission import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.canonical import Json
    from benchmark.doubts import Doubt
    from benchmark.errors import Violation
    from benchmark.screening import Screened
    from benchmark.submission import Place, SubmittedFile


@click.command("validate", short_help="Check result files against the schema.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@output_options
def command(*, paths: tuple[Path, ...], as_json: bool, lang: str) -> int:
    """Check files, or every *_leaderboard.json and leaderboard_*.json in folders.

    Ends with 65 if anything is wrong. What is valid but cannot be believed is warned of, on its
    line: an impossible result would be kept and not ranked, a doubtful one comes behind others.
    """
    output = Output(as_json, lang)
    _ = output.translate
    judged = [_judged(place) for place in places_of(paths)]
    entries = sum(one.entries for one in judged)
    violations = [violation for one in judged for violation in one.violations]
    output.say(report.rejected(_, violations))
    doubts = [doubt for one in judged for doubt in one.doubts]
    lines = lines_of_doubts([one.file for one in judged if one.file and one.doubts], doubts)
    output.say(report.doubted(_, doubts, lines))
    output.say([_("files: {files}, entries: {entries}").format(files=len(judged), entries=entries)])
    rejected = [dict(violation._asdict()) for violation in violations]
    verdicts = [doubt.as_json(lines.get(doubt.at)) for doubt in doubts]
    counts: dict[str, Json] = {"files": len(judged), "entries": entries}
    output.result({**counts, "rejected": [*rejected], "verdicts": [*verdicts]})
    return InvalidDataError.exit_code if rejected else 0


class _Judged(NamedTuple):
    """What is said of a file, how many entries could be read, and itself, if there is a word."""

    entries: int
    violations: Sequence[Violation] = ()
    doubts: Sequence[Doubt] = ()
    file: SubmittedFile | None = None


def _judged(place: Place) -> _Judged:
    look = screening.screened_file(place.path) if place.is_well_named else None
    return _Judged(look.entries) if look and look.is_flawless else _told(place.read(), look)


def _told(file: SubmittedFile, look: Screened | None) -> _Judged:
    look = look or (None if file.failure else screening.screened(file.data))
    if look is None:
        judgement = judge([file], known=())
        return _Judged(len(file.entries), judgement.rejected, doubts_of(judgement.accepted), file)
    unreadable = violations_among(file.data, look.suspects, file=file.name)
    # Of all others there is nothing to say.
    bad = [] if unreadable else [(index, entry_of(text)) for index, text in look.suspects]
    violations = file.violations_in(bad, (), unreadable)
    doubts = [] if violations else doubts_among(file, look.doubted)
    return _Judged(0 if unreadable else look.entries, violations, doubts, file)

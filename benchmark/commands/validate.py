"""`sagellm-benchmark validate`: check result files, every violation at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark import report, screening
from benchmark.commands.common import Output, output_options
from benchmark.commands.files import files_of
from benchmark.doubts import doubts_among, doubts_of, lines_of_doubts
from benchmark.errors import InvalidDataError
from benchmark.submission import judge

if TYPE_CHECKING:
    from benchmark.canonical import Json


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
    files = files_of(paths)
    looks = [None if file.failure else screening.screened(file.data) for file in files]
    read = [file for file, look in zip(files, looks, strict=True) if look is None]
    judgement = judge(read, known=())
    entries = sum(look.entries for look in looks if look) + sum(len(file.entries) for file in read)
    output.say(report.rejected(_, judgement.rejected))
    seen = [(file, look.doubted) for file, look in zip(files, looks, strict=True) if look]
    doubts = [doubt for file, doubted in seen for doubt in doubts_among(file, doubted)]
    doubts += doubts_of(judgement.accepted)
    lines = lines_of_doubts(files, doubts)
    output.say(report.doubted(_, doubts, lines))
    output.say([_("files: {files}, entries: {entries}").format(files=len(files), entries=entries)])
    rejected = [dict(violation._asdict()) for violation in judgement.rejected]
    verdicts = [doubt.as_json(lines.get(doubt.at)) for doubt in doubts]
    counts: dict[str, Json] = {"files": len(files), "entries": entries}
    output.result({**counts, "rejected": [*rejected], "verdicts": [*verdicts]})
    return InvalidDataError.exit_code if rejected else 0

"""`sagellm-benchmark validate`: check result files, every violation at once."""

from __future__ import annotations

from pathlib import Path

import click

from benchmark import report, screening
from benchmark.commands.common import Output, output_options
from benchmark.commands.files import files_of
from benchmark.errors import InvalidDataError
from benchmark.submission import judge


@click.command("validate", short_help="Check result files against the schema.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@output_options
def command(*, paths: tuple[Path, ...], as_json: bool, lang: str) -> int:
    """Check files, or every *_leaderboard.json and leaderboard_*.json in folders.

    Ends with 65 if anything is wrong.
    """
    output = Output(as_json, lang)
    _ = output.translate
    files = files_of(paths)
    counts = [None if file.failure else screening.good_entries(file.data) for file in files]
    doubtful = [file for file, count in zip(files, counts, strict=True) if count is None]
    judgement = judge(doubtful, known=())
    entries = sum(filter(None, counts)) + sum(len(file.entries) for file in doubtful)
    output.say(report.rejected(_, judgement.rejected))
    output.say([_("files: {files}, entries: {entries}").format(files=len(files), entries=entries)])
    rejected = [dict(violation._asdict()) for violation in judgement.rejected]
    output.result({"files": len(files), "entries": entries, "rejected": [*rejected]})
    return InvalidDataError.exit_code if rejected else 0

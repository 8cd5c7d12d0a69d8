"""`sagellm-benchmark merge-driver`: how git merges data files, so that they never conflict."""

from __future__ import annotations

from pathlib import Path

import click

from benchmark import canonical
from benchmark.leaderboard import decode, encode

_SETUP = """\b
git config merge.sagellm-benchmark.driver "sagellm-benchmark merge-driver %O %A %B"
echo 'hf_data/**/*.json merge=sagellm-benchmark' >> .gitattributes"""


@click.command("merge-driver", short_help="Merge data files for git.", epilog=_SETUP)
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
def command(*, base: Path, ours: Path, theirs: Path) -> None:  # noqa: ARG001 - git passes it
    """Merge THEIRS into OURS: the runs of both sides, none lost; publishing ranks them.

    Set it up once per clone, and once per repository:
    """
    sides = [decode(canonical.read_bytes(side) or b"[]", file=side.name) for side in (ours, theirs)]
    canonical.write_atomic(ours, encode(entry for side in sides for entry in side))

"""`sagellm-benchmark merge-driver`: how git merges data files, so that they never conflict."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark import canonical
from benchmark.errors import InvalidDataError, UsageError
from benchmark.i18n import N_
from benchmark.leaderboard import decode, encode
from benchmark.submission import read

if TYPE_CHECKING:
    from benchmark.entry import Entry

_SETUP = """\b
git config merge.sagellm-benchmark.driver "sagellm-benchmark merge-driver %O %A %B %P"
echo 'hf_data/**/leaderboard_*.json merge=sagellm-benchmark' >> .gitattributes"""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_HINT = N_(
    "The file is as on our side, and git reports a conflict. Put the results of both sides into it"
    " (`git show :3:FILE` shows theirs) before you `git add` it."
)


@click.command("merge-driver", short_help="Merge data files for git.", epilog=_SETUP)
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.argument("path", required=False)
def command(*, base: Path, ours: Path, theirs: Path, path: str | None) -> None:  # noqa: ARG001 - git passes it
    """Merge THEIRS into OURS: the runs of both sides, none lost; publishing ranks them.

    PATH is the name that messages use. Set it up once per clone, and once per repository:
    """
    sides = {"ours": ours, "theirs": theirs}
    entries = [
        entry
        for side, file in sides.items()
        for entry in _entries(file, f"{path or file.name} ({side})")
    ]
    canonical.write_atomic(ours, encode(entries))


def _entries(file: Path, name: str) -> list[Entry]:
    """What one side holds; an empty file holds nothing."""
    if not os.path.lexists(file):
        raise UsageError(f"{file} does not exist.", hint=N_("Check the path."))
    side = read(file, decode)
    if side.failure:
        problems = [violation._replace(file=name) for violation in side.failure]
        raise InvalidDataError(f"{name} cannot be read.", problems, hint=_HINT)
    if not side.data.removeprefix(_BYTE_ORDER_MARK).strip():
        return []
    try:
        return decode(side.data, file=name)
    except InvalidDataError as error:
        raise InvalidDataError(str(error), error.violations, hint=_HINT) from None

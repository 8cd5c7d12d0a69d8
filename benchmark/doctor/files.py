"""What every file must be by itself: canonical, named by its content, one of not too many."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from benchmark.compaction import MOST_IN_FOLDER, MOST_IN_REPOSITORY, counted
from benchmark.doctor.check import Problem
from benchmark.fragment_names import says_its_name
from benchmark.fragments import is_canonical
from benchmark.i18n import N_
from benchmark.leaderboard import encode
from benchmark.said import SAID, as_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.doctor.contents import Contents

_NAME = re.compile(r"[0-9a-f]{64}\.jsonl")
_TOO_MANY = N_("holds {count} files; the Hub recommends fewer than {most}.")
_CHANGED = N_(
    "does not have the content that its name says: lines were changed, lost or added. Restore it"
    " from an earlier revision, or give it another name if the change is meant."
)


def misnamed(contents: Contents) -> Iterator[Problem]:
    """Fragments whose name is not their content's: lines were lost, changed or added by hand."""
    for path, entries in contents.fragments.items():
        if not (entries or contents.files[path]):
            yield Problem.of(path, "doctor --fix", N_("is empty."))
        elif not _NAME.fullmatch(PurePosixPath(path).name):
            message = N_("is not named by the sha-256 of its content.")
            yield Problem.of(path, "doctor --fix", message)
        elif not says_its_name(path, contents.files[path], entries):
            yield Problem.of(path, "by hand", _CHANGED)


def not_canonical(contents: Contents) -> Iterator[Problem]:
    """Files of other bytes than those of their content."""
    for path, data in sorted(contents.files.items()):
        if path in contents.fragments:
            is_as_written = is_canonical(data, contents.fragments[path])
        elif path in contents.boards:
            is_as_written = encode(contents.boards[path]) == data
        else:
            is_as_written = path not in SAID or as_written(path, data) == data
        if not is_as_written:
            message = N_("is not in the canonical form: other bytes with the same content.")
            yield Problem.of(path, "doctor --fix", message)


def repeated(contents: Contents) -> Iterator[Problem]:
    """Runs that are in the fragments more than once."""
    where: dict[str, str] = {}
    for path, entries in contents.fragments.items():
        for run_id, count in Counter(entry.run_id for entry in entries).items():
            other = where.setdefault(run_id, path)
            if count > 1 or other != path:
                message = N_("holds run {run} again, which is in {other}.")
                yield Problem.of(path, "doctor --fix", message, run=run_id[:12], other=other)


def too_many(contents: Contents) -> Iterator[Problem]:
    """Folders with more files than the Hub recommends."""
    folders = counted(contents.files)
    for folder, count in folders.items():
        if count >= MOST_IN_FOLDER:
            yield Problem.of(folder, "compact", _TOO_MANY, count=count, most=MOST_IN_FOLDER)
    if (count := sum(folders.values())) >= MOST_IN_REPOSITORY:
        yield Problem.of("runs", "compact", _TOO_MANY, count=count, most=MOST_IN_REPOSITORY)

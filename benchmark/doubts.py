"""What of submitted files cannot be believed, and where it stands in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from benchmark.board.bisection import entry_of
from benchmark.errors import Violation
from benchmark.i18n import told
from benchmark.submission import lines_of
from benchmark.verdict import SOUND

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from benchmark.canonical import Json
    from benchmark.entry import Entry, RunId
    from benchmark.submission import SubmittedFile
    from benchmark.verdict import Kind

_GONE_THROUGH = 256 * 1024 * 1024
"""Bytes: a tenth of a second."""

_LIST = re.compile(rb"(\xef\xbb\xbf)?\s*\[")


class Doubt(NamedTuple):
    """One reason why an entry is doubtful or impossible.

    Attributes:
        kind: doubtful or impossible.
        run_id: of the entry.
        at: the file, the JSON path in it, and the sentence.
    """

    kind: Kind
    run_id: RunId
    at: Violation

    def as_json(self, line: int | None) -> dict[str, Json]:
        """For programs."""
        message = str(self.at.message)
        where: dict[str, Json] = {"file": self.at.file, "path": self.at.path, "line": line}
        return {**where, "run_id": self.run_id, "verdict": self.kind, "message": message}

    def told(self, translate: Callable[[str], str]) -> str:
        """The sentence in the translator's language."""
        return told(translate, self.at.message)


def doubts_of(files: Iterable[SubmittedFile], among: Container[RunId] | None = None) -> list[Doubt]:
    """Every reason against every entry of some files.

    Args:
        files: good ones.
        among: the runs that are looked at; None for all.
    """
    return [
        doubt
        for file in files
        for index, entry in enumerate(file.entries)
        if among is None or entry.run_id in among
        for doubt in _doubts(file, index, entry)
    ]


def doubts_among(file: SubmittedFile, texts: Iterable[tuple[int, bytes]]) -> list[Doubt]:
    """Every reason against some entries of a file, each with its index and its text."""
    return [doubt for index, text in texts for doubt in _doubts(file, index, entry_of(text))]


def lines_of_doubts(
    files: Iterable[SubmittedFile], doubts: Sequence[Doubt]
) -> dict[Violation, int]:
    """The lines, counted from 1, of the first of them in each file."""
    return lines_of(files, [doubt.at for doubt in doubts], _GONE_THROUGH)


def _doubts(file: SubmittedFile, index: int, entry: Entry) -> Iterator[Doubt]:
    if entry.standing.verdict == SOUND:
        return
    root = f"$[{index}]" if _LIST.match(file.data) else "$"
    for reason in entry.verdict.reasons:
        place = Violation(file.name, f"{root}{reason.path}", reason.text)
        yield Doubt(reason.kind, entry.run_id, place)

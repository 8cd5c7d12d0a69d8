"""Files of entries on their way in: read once, judged against what is already known."""

from __future__ import annotations

import fnmatch
import os
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from benchmark import (
    bounds,
    canonical,
    credentials,
    figures,
    leaks,
    locate,
    refusals,
    regular_file,
    respelling,
    schema,
)
from benchmark.board.bisection import entry_of
from benchmark.board.lines import LineCount, bare
from benchmark.errors import InvalidDataError, UsageError, Violation
from benchmark.i18n import N_
from benchmark.leaderboard import decode, decode_one_or_many
from benchmark.reading import entries_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from benchmark.board.lines import Span
    from benchmark.canonical import Json
    from benchmark.entry import Entry, RunId

_LOCATED = 10

_RESULT_FILE = "*_leaderboard.json"
_DATA_FILE = "leaderboard_*.json"
_RUN_FILE = "*_run.json"
"""What `run` keeps beside a result file, and is never published."""

_LARGEST_OTHER = 32 * 1024 * 1024
"""Bytes of another program's file that is looked into: it is parsed as a whole."""

_LIST = re.compile(rb"(\xef\xbb\xbf)?\s*\[")


class Decode(Protocol):
    """How the bytes of a file become entries: `decode` or `decode_one_or_many`."""

    def __call__(self, data: bytes, *, file: str) -> list[Entry]:
        """Raise InvalidDataError if they cannot."""


@dataclass(frozen=True)
class SubmittedFile:
    """One file as it was when it was read; it is parsed when its entries are asked for.

    Attributes:
        path: where it is.
        name: its path as the user knows it, with forward slashes.
        data: its bytes; none if they could not be read.
        decoder: makes entries of them.
        failure: why it cannot be taken whatever its entries are; empty if it can.
    """

    path: Path
    name: str
    data: bytes = field(repr=False)
    decoder: Decode = field(repr=False)
    failure: tuple[Violation, ...] = ()
    _lines: dict[Span, Entry] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What it holds; empty if it cannot be parsed."""
        return self._parsed[0]

    @property
    def unreadable(self) -> tuple[Violation, ...]:
        """Why it cannot be parsed; empty if it can."""
        return self._parsed[1]

    def line(self, span: Span) -> Entry:
        """The entry of a line that is one object by itself, parsed once.

        Raises:
            InvalidDataError: if it is not.
        """
        if span not in self._lines:
            if span.size > bounds.MAX_WRITTEN_BYTES:
                raise InvalidDataError(f"{self.name} has a line that is too long for an entry.")
            self._lines[span] = entry_of(bare(self.data[slice(*span)]))
        return self._lines[span]

    def index_of(self, start: int) -> int:
        """Which entry the line is that begins at a byte offset; of a file that has its frame."""
        return self._line_count.before(start) - 1

    def violations(self, known: Container[RunId]) -> list[Violation]:
        """Everything wrong with it; entries the dataset already holds are not judged again.

        Nothing that looks like a credential is in what is said.
        """
        return self.violations_in(enumerate(self.entries), known, self.unreadable)

    def violations_in(
        self,
        entries: Iterable[tuple[int, Entry]],
        known: Container[RunId],
        unreadable: Iterable[Violation] = (),
    ) -> list[Violation]:
        """As `violations`, of some of its entries, each with its index."""
        more = (
            violation
            for index, entry in entries
            if entry.run_id not in known and not (schema.fits(entry) and leaks.is_clean(entry))
            for judge in (schema.violations_of, leaks.violations_of)
            for violation in judge(entry, file=self.name, path=self._path(index))
        )
        found = bounds.first(chain(unreadable, more), self.name)
        return [leaks.told_safely(violation) for violation in found]

    def _path(self, index: int) -> str:
        return f"$[{index}]" if _LIST.match(self.data) else "$"

    @cached_property
    def _line_count(self) -> LineCount:
        return LineCount(self.data)

    @cached_property
    def _parsed(self) -> tuple[tuple[Entry, ...], tuple[Violation, ...]]:
        if self.failure and not self.data:
            return (), self.failure
        try:
            return tuple(self.decoder(self.data, file=self.name)), self.failure
        except InvalidDataError as error:
            more = chain(
                _violations_of_the_rest(error.parsed, self.name),
                refusals.violations_of_the_rest(self.data, file=self.name),
            )
            return (), tuple(bounds.first(chain(error.violations, more), self.name))


class Place(NamedTuple):
    """Where a file is that may be submitted.

    Attributes:
        path: where it is.
        decoder: makes entries of its bytes.
    """

    path: Path
    decoder: Decode

    @property
    def name(self) -> str:
        """Its path as the user knows it; without what looks like a credential."""
        path = self.path
        safe = path.with_name(credentials.mask(path.name)) if path.name else path
        return safe.as_posix()

    @property
    def is_well_named(self) -> bool:
        """Whether its name is no credential."""
        return self.name == self.path.as_posix()

    def read(self) -> SubmittedFile:
        """What is wrong with it is in the result, not an exception."""
        path, name = self.path, self.name
        failure = () if self.is_well_named else (Violation(name, "$", _NAMED),)
        try:
            data = regular_file.read(path, bounds.MAX_FILE_BYTES)
            return SubmittedFile(path, name, data, self.decoder, failure)
        except regular_file.NotReadableError as error:
            return SubmittedFile(path, name, b"", self.decoder, (Violation(name, "$", str(error)),))


@dataclass(frozen=True)
class Judgement:
    """Which of several files may go on: a file with any violation is refused whole.

    Attributes:
        accepted: the good files.
        rejected: every violation of the others.
    """

    accepted: tuple[SubmittedFile, ...]
    rejected: tuple[Violation, ...]

    @property
    def entries(self) -> list[Entry]:
        """Every entry of the good files."""
        return [entry for file in self.accepted for entry in file.entries]


def result_files(outputs: Path) -> list[SubmittedFile]:
    """What `run` wrote below `outputs`: files of one entry, or of several."""
    return [place.read() for place in result_places(outputs)]


def result_places(outputs: Path) -> list[Place]:
    """Where these files are."""
    return _places(outputs, _RESULT_FILE, decode_one_or_many)


def other_results(outputs: Path) -> list[SubmittedFile]:
    """JSON files with figures of a measurement that another program wrote below `outputs`.

    Files of entries under other names are as good as those of `run`. Whatever else is found has
    violations that say what it lacks: nobody shall think that it was taken. Beside a result file
    is only what that was made of, and in hidden folders are no results.
    """
    found = [_other(path) for path in _other_files(outputs)]
    return [file for file in found if file is not None]


def data_files(data_dir: Path) -> list[SubmittedFile]:
    """What is in a data folder, at any depth: files of the leaderboard form."""
    return [place.read() for place in data_places(data_dir)]


def data_places(data_dir: Path) -> list[Place]:
    """Where these files are."""
    return _places(data_dir, _DATA_FILE, decode)


def read(path: Path, decoder: Decode) -> SubmittedFile:
    """Read one file; what is wrong with it is in the result, not an exception."""
    return Place(path, decoder).read()


_NAMED = (
    "is named with what looks like a credential. Give it another name; if it is a real one, "
    "revoke it, for others may have seen it."
)


def judge(files: Iterable[SubmittedFile], known: Container[RunId]) -> Judgement:
    """Accept the files without a violation and list every violation of the others."""
    accepted: list[SubmittedFile] = []
    rejected: list[Violation] = []
    for file in files:
        violations = file.violations(known)
        rejected += violations
        if not violations:
            accepted.append(file)
    return Judgement(tuple(accepted), tuple(rejected))


def lines_of(
    files: Iterable[SubmittedFile], violations: Iterable[Violation], most: int = 0
) -> dict[Violation, int]:
    """The lines, counted from 1, of the first violations of each file: as many as are looked at.

    Args:
        files: what was submitted.
        violations: places in them.
        most: bytes of a file that may be gone through for it.
    """
    contents = {file.name: file.data for file in files}
    by_file: dict[str, list[Violation]] = {}
    for violation in violations:
        by_file.setdefault(violation.file, []).append(violation)
    return {
        violation: lines.line_of(violation.path)
        for name, found in list(by_file.items())[:_LOCATED]
        if (data := contents.get(name))
        for lines in (locate.Lines(data),)
        for violation in found[: max(_LOCATED, most // len(data))]
    }


def _violations_of_the_rest(parsed: object, name: str) -> Iterator[Violation]:
    """What the schema says of a file that is no strict JSON: one round for the contributor."""
    for index, item in enumerate(parsed if isinstance(parsed, list) else []):
        for judge in () if _is_good(item) else (schema.violations, leaks.violations):
            yield from judge(item, file=name, path=f"$[{index}]")


def _is_good(item: Json) -> bool:
    """Whether there is surely nothing to say, by the quick looks: nearly all entries are good."""
    try:
        written = canonical.dumps(item)
    except (InvalidDataError, RecursionError):
        return False
    entries = entries_of([written])
    return entries is not None and entries[0].is_packed


def _other_files(outputs: Path) -> Iterator[Path]:
    ours = (_RESULT_FILE, _DATA_FILE, _RUN_FILE)
    paths = _paths(outputs, "*.json")
    with_results = {path.parent for path in paths if fnmatch.fnmatchcase(path.name, _RESULT_FILE)}
    for path in paths:
        is_hidden = any(part.startswith(".") for part in path.relative_to(outputs).parts)
        if not is_hidden and path.parent not in with_results and not any(map(path.match, ours)):
            yield path


def _other(path: Path) -> SubmittedFile | None:
    """What it holds, None if that are no figures, or too large to tell: it may be anything."""
    if path.is_symlink() or not path.is_file():
        return None
    file = read(path, decode_one_or_many)
    if len(file.data) > _LARGEST_OTHER or respelling.is_dense(file.data):
        return None
    try:
        value: object = canonical.loads(file.data, file=file.name)
    except InvalidDataError as error:
        value = error.parsed
    if not figures.has_figures(value) or figures.is_run_report(value):
        return None
    if file.unreadable or not any(map(schema.violations_of, file.entries)):
        return file
    message = "holds figures, but no entry of the leaderboard's format; what it lacks is listed."
    return replace(file, failure=(Violation(file.name, "$", message),))


def _places(folder: Path, pattern: str, decoder: Decode) -> list[Place]:
    """Links are not followed: what they point to was not submitted; folders so named are refused.

    Raises:
        UsageError: if `folder` is something else than a folder; one that is not there is empty.
    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder.", hint=N_("Check the path."))
    return [Place(path, decoder) for path in _paths(folder, pattern)]


def _paths(folder: Path, pattern: str) -> list[Path]:
    """What is below a folder under names that fit, in one order; linked folders are not entered."""
    # Twice as fast as Path.glob, which counts where every result has a folder of its own.
    walk = (
        (Path(here), fnmatch.filter([*names, *folders], pattern))
        for here, folders, names in os.walk(folder)
    )
    return sorted(here / name for here, names in walk for name in names)

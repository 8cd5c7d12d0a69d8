"""Files of entries on their way in: read once, judged against what is already known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from benchmark import leaks, locate, schema
from benchmark.errors import InvalidDataError, UsageError, Violation
from benchmark.i18n import N_
from benchmark.leaderboard import decode, decode_one_or_many

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path

    from benchmark.entry import Entry, RunId

MAX_FILE_BYTES = 64 * 1024 * 1024

_LOCATED = 10

_LIST = re.compile(rb"(\xef\xbb\xbf)?\s*\[")


class Decode(Protocol):
    """How the bytes of a file become entries: `decode` or `decode_one_or_many`."""

    def __call__(self, data: bytes, *, file: str) -> list[Entry]:
        """Raise InvalidDataError if they cannot."""


@dataclass(frozen=True)
class SubmittedFile:
    """One file as it was when it was read.

    Attributes:
        path: where it is.
        name: its path as the user knows it, with forward slashes.
        data: its bytes; none if they could not be read.
        entries: what it holds; empty if it could not be parsed.
        unreadable: why it could not be parsed; empty if it could.
    """

    path: Path
    name: str
    data: bytes
    entries: tuple[Entry, ...]
    unreadable: tuple[Violation, ...]

    def violations(self, known: Container[RunId]) -> list[Violation]:
        """Everything wrong with it; entries the dataset already holds are not judged again.

        Nothing that looks like a credential is in what is said.
        """
        found = list(self.unreadable)
        for index, entry in enumerate(self.entries):
            if entry.run_id not in known:
                path = f"$[{index}]" if _LIST.match(self.data) else "$"
                found += schema.violations_of(entry, file=self.name, path=path)
                found += leaks.violations_of(entry, file=self.name, path=path)
        return [leaks.told_safely(violation) for violation in found]


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
    return _find(outputs, "*_leaderboard.json", decode_one_or_many)


def data_files(data_dir: Path) -> list[SubmittedFile]:
    """What is in a data folder, at any depth: files of the leaderboard form."""
    return _find(data_dir, "leaderboard_*.json", decode)


def read(path: Path, decoder: Decode) -> SubmittedFile:
    """Read one file; what is wrong with it is in the result, not an exception."""
    name = path.as_posix()
    data = b""
    try:
        data = _bytes_of(path, name)
        return SubmittedFile(path, name, data, tuple(decoder(data, file=name)), ())
    except InvalidDataError as error:
        more = _violations_of_the_rest(error.parsed, name)
        return SubmittedFile(path, name, data, (), (*error.violations, *more))


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
    files: Iterable[SubmittedFile], violations: Iterable[Violation]
) -> dict[Violation, int]:
    """The lines, counted from 1, of the first violations of each file: as many as are looked at."""
    contents = {file.name: file.data for file in files}
    by_file: dict[str, list[Violation]] = {}
    for violation in violations:
        by_file.setdefault(violation.file, []).append(violation)
    return {
        violation: lines.line_of(violation.path)
        for name, found in list(by_file.items())[:_LOCATED]
        if (data := contents.get(name))
        for lines in (locate.Lines(data),)
        for violation in found[:_LOCATED]
    }


def _violations_of_the_rest(parsed: object, name: str) -> list[Violation]:
    """What the schema says of a file that is no strict JSON: one round for the contributor."""
    items = parsed if isinstance(parsed, list) else []
    return [
        violation
        for index, item in enumerate(items)
        for judge in (schema.violations, leaks.violations)
        for violation in judge(item, file=name, path=f"$[{index}]")
    ]


def _find(folder: Path, pattern: str, decoder: Decode) -> list[SubmittedFile]:
    """Symbolic links are not followed: what they point to was not submitted.

    Raises:
        UsageError: if `folder` is something else than a folder; one that is not there is empty.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder.", hint=N_("Check the path."))
    paths = sorted(path for path in folder.glob(f"**/{pattern}") if not path.is_dir())
    return [read(path, decoder) for path in paths]


def _bytes_of(path: Path, name: str) -> bytes:
    try:
        if path.is_symlink():
            message = "is a symbolic link; submit the file itself."
        elif path.stat().st_size > MAX_FILE_BYTES:
            message = f"is larger than {MAX_FILE_BYTES:,} bytes."
        else:
            return path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}."
    raise InvalidDataError(f"{name} cannot be read.", [Violation(name, "$", message)])

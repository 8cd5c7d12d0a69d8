"""Fragments of `runs/` by name: each is named by the sha-256 of its content."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.errors import InvalidDataError, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmark.canonical import Digest
    from benchmark.entry import Entry

_DIGEST = re.compile(r"[0-9a-f]{64}")


def fragment_path(
    content: bytes, month: str, digest: Callable[[bytes], Digest] = canonical.digest
) -> str:
    """Where a new fragment of `runs/` is: named by its content, in the folder of `month`."""
    return f"runs/{month}/{digest(content)}.jsonl"


def is_fragment(path: str) -> bool:
    """Whether a file of the repository is one of those that hold the runs."""
    return path.startswith("runs/") and path.endswith(".jsonl")


def is_named(path: str) -> bool:
    """Whether a fragment is named by a digest, as every one of ours."""
    return _DIGEST.fullmatch(PurePosixPath(path).stem) is not None


def says_its_name(path: str, data: bytes, entries: Iterable[Entry]) -> bool:
    """Whether a fragment whose name is a digest has the runs that this is the digest of.

    Git on Windows writes other line ends, an editor a mark at the beginning or no end of the last
    line: the runs are the same, one by one.
    """
    name = PurePosixPath(path).stem
    return name == canonical.digest(data) or name == canonical.digest(
        b"".join(entry.canonical + b"\n" for entry in entries)
    )


def check_name(path: str, data: bytes, entries: Iterable[Entry]) -> None:
    """A fragment that lost lines would still be JSON; its name says what its content was.

    Raises:
        InvalidDataError: it has another content.
    """
    if is_named(path) and not says_its_name(path, data, entries):
        problem = Violation(path, "$", "does not have the content that its name says.")
        raise InvalidDataError(f"{path} was changed.", [problem])

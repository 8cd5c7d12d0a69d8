"""The ids of published files are those that git gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.cleanup import blob_id, blob_ids
from tests.cleanup.place import git

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"any\r\n\0bytes\r\r\n\n"


def test_blob_id_is_what_git_calls_a_file_of_that_content(tmp_path: Path) -> None:
    """The id that publishing records can be compared with the tree's."""
    assert blob_id(DATA) == git(tmp_path, "hash-object", "--stdin", stdin=DATA).strip()


@pytest.mark.parametrize("convert", ["true", "input", "false"])
@pytest.mark.parametrize("names", ["sha1", "sha256"])
def test_blob_ids_hold_what_git_calls_a_file_of_the_work_tree(
    tmp_path: Path, names: str, convert: str
) -> None:
    """In either object format, with its line ends converted or not."""
    git(tmp_path, "init", "--quiet", f"--object-format={names}")
    git(tmp_path, "config", "core.autocrlf", convert)
    (tmp_path / "any").write_bytes(b"[\r\n1]\r\n")
    git(tmp_path, "add", "any")
    _, blob, _ = git(tmp_path, "ls-files", "--stage").split(maxsplit=2)
    assert blob in blob_ids(b"[\r\n1]\r\n")


def test_only_pairs_of_line_ends_are_the_same() -> None:
    """A lone CR or LF is content."""
    assert blob_id(b"a\nb\n") in blob_ids(b"a\r\nb\r\n")
    for other in (b"a\rb\r", b"a\r\nb\r\n", b"ab", b"a\nb"):
        assert blob_id(other) not in blob_ids(b"a\nb\n")

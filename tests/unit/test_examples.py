"""Example files: a file added to tests/examples/{valid,invalid}/ is a test added.

An invalid NAME.json has a NAME.expected with its exact violations, a line each: `PATH: MESSAGE`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.entry import Entry
from benchmark.leaderboard import decode, decode_one_or_many, encode
from benchmark.submission import read

EXAMPLES = Path(__file__).parent.parent / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*.json"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.json"))


def violations(path: Path) -> list[str]:
    """Everything wrong with a file of one entry or several."""
    found = read(path, decode_one_or_many).violations(frozenset())
    return [f"{violation.path}: {violation.message}" for violation in found]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_example_is_accepted(path: Path) -> None:
    """And its entries come through the file form untouched."""
    assert violations(path) == []
    entries = decode_one_or_many(path.read_bytes(), file=path.name)
    again = decode(encode(entries), file=path.name)
    assert {entry.run_id for entry in again} == {Entry(entry.data).run_id for entry in entries}


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_example_has_exactly_its_violations(path: Path) -> None:
    """All of them, at their places, in these words."""
    expected = path.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    assert expected
    assert violations(path) == expected


def test_every_example_is_used() -> None:
    """No expectation without its file, and no folder that was not found."""
    assert VALID
    assert {path.with_suffix("") for path in (EXAMPLES / "invalid").iterdir()} == {
        path.with_suffix("") for path in INVALID
    }

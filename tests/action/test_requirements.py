"""What the Action installs is what the project needs, every file of it known in advance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "requirements" / "action.txt").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^([a-z].*(?:\n    --hash.*)*)", TEXT, re.MULTILINE)
LOCKED = [Requirement(block.split("\\")[0]) for block in BLOCKS]


def needed() -> list[str]:
    """The project's own dependencies; Python 3.10 has no reader of TOML."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert found
    return re.findall(r'"(.+?)"', found[1])


@pytest.mark.parametrize("text", needed())
def test_every_dependency_is_locked_to_a_version_that_the_project_allows(text: str) -> None:
    """A dependency added to the project but not to the lock breaks the Action, not the tests."""
    wanted = Requirement(text)
    name = canonicalize_name(wanted.name)
    pins = [str(pin.specifier) for pin in LOCKED if canonicalize_name(pin.name) == name]
    assert pins
    assert all(wanted.specifier.contains(pin.removeprefix("==")) for pin in pins)


def test_every_requirement_is_one_version_with_its_hashes() -> None:
    """Pip then refuses a file that was not there when the lock was made."""
    assert [block for block in BLOCKS if "--hash=sha256:" not in block] == []
    assert all(str(pin.specifier).startswith("==") for pin in LOCKED)


def test_the_lock_says_nothing_about_where_files_come_from() -> None:
    """The package index is the caller's choice."""
    assert "://" not in TEXT

"""Which of the client's tests are not this Hub's business, and why.

`excluded/reasons.toml` says of each kind why; `excluded/MAJOR.toml` has the tests by kind, and the
files that are not even started. A test in neither list must pass, a listed one must fail.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MAJORS = ("0.36", "1", "2")
_FOLDER = Path(__file__).parent / "excluded"


class Excluded(NamedTuple):
    """By kind, `test_file.py` and `test_file.py::TestClass::test_name`; `*` is any text."""

    files: dict[str, list[str]]
    tests: dict[str, list[str]]


def reasons() -> dict[str, str]:
    """Kind → why what is of that kind is excluded."""
    return dict(_read("reasons")["why"])


def not_run() -> list[str]:
    """The kinds whose tests are not started: they would ask for somebody else, and wait."""
    return list(_read("reasons")["not_run"])


def excluded(major: str) -> Excluded:
    """What is excluded for a client."""
    listed = _read(major)
    return Excluded(listed["files"], listed["tests"])


def expression(pattern: str) -> str:
    """A name in the lists as a regular expression: only `*` has a meaning."""
    return ".*".join(re.escape(part) for part in pattern.split("*"))


def _read(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))

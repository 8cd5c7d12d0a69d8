"""After `mutmut run`: every mutant that survived must have its reason in survivors.toml.

`python tests/mutants/check.py MUTMUT`, MUTMUT being the program; ends with 1 if one has none. Those
that have none are tried once more: mutmut keeps what it found before, whatever the tests are now.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_SURVIVORS = Path(__file__).parent / "survivors.toml"
_ALIVE = {"survived", "no tests", "suspicious"}


class Mutant(NamedTuple):
    """A change that no test noticed.

    Attributes:
        name: as mutmut knows it; its number moves with the code.
        removed: lines of the code that is there.
        added: what stood in their place.
    """

    name: str
    removed: str
    added: str


class Reason(NamedTuple):
    """Why mutants of a kind may live: what matches both expressions in a function so named."""

    name: re.Pattern[str]
    removed: re.Pattern[str]
    added: re.Pattern[str]
    why: str

    def fits(self, mutant: Mutant) -> bool:
        """Whether it speaks of this one."""
        return all(
            expression.search(text) for expression, text in zip(self[:3], mutant, strict=True)
        )


def survivors(program: str) -> list[Mutant]:
    """What the last run left alive."""
    told = _said(program, "results")
    found = re.findall(r"^\s+(?P<name>\S+): (?P<status>.+)$", told, re.MULTILINE)
    return [_mutant(program, name) for name, status in found if status in _ALIVE]


def reasons() -> list[Reason]:
    """What is written down."""
    listed = tomllib.loads(_SURVIVORS.read_text(encoding="utf-8"))["survivor"]
    return [
        Reason(
            *(re.compile(item.get(key, "")) for key in ("name", "removed", "added")), item["why"]
        )
        for item in listed
    ]


def main() -> int:
    """Say which have no reason, and which reasons have no mutant; 1 if any mutant has none."""
    known = reasons()
    alive = survivors(sys.argv[1])
    if again := _unexplained(alive, known):
        _said(sys.argv[1], "run", *(mutant.name for mutant in again))
        alive = survivors(sys.argv[1])
    unexplained = _unexplained(alive, known)
    for mutant in unexplained:
        sys.stdout.write(f"{mutant.name}\n-{mutant.removed}\n+{mutant.added}\n")
    for reason in known:
        if not any(reason.fits(mutant) for mutant in alive):
            sys.stdout.write(f"Nothing that was tried needs this reason: {reason.why}\n")
    untried = _said(sys.argv[1], "results").count(": not checked")
    sys.stdout.write(
        f"{len(alive)} survived, {len(unexplained)} without a reason; {untried} were not tried.\n"
    )
    return 1 if unexplained else 0


def _unexplained(alive: list[Mutant], known: list[Reason]) -> list[Mutant]:
    return [one for one in alive if not any(reason.fits(one) for reason in known)]


def _mutant(program: str, name: str) -> Mutant:
    lines = _said(program, "show", name).splitlines()
    removed, added = (
        "\n".join(line[1:] for line in lines if line.startswith(sign) and line[:3] != sign * 3)
        for sign in "-+"
    )
    return Mutant(name, removed, added)


def _said(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())

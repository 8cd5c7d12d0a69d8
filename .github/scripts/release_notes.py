"""Print the changelog's section for a release; run in the repository's root with its tag."""
# ruff: noqa: INP001 - run by path, in no package

from __future__ import annotations

import re
import sys
from pathlib import Path

# A section ends where the next begins, or with the links at the changelog's end.
_SECTION = r"^## \[?{version}\]?(?: [^\n]*)?\n(?P<notes>.*?)(?=^## |^\[[^\n]+\]: |\Z)"


def release_notes(tag: str, root: Path) -> str:
    """The notes for `tag`, which must be the version that the package says it is.

    Raises:
        SystemExit: it is not, or the changelog says nothing about it.
    """
    version = _version(root / "benchmark" / "__init__.py")
    if tag != f"v{version}":
        raise SystemExit(
            f"The tag is {tag}, but benchmark/__init__.py says {version}."
            " Delete the tag, correct one of the two, and tag again."
        )
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    pattern = _SECTION.format(version=re.escape(version))
    found = re.search(pattern, changelog, re.MULTILINE | re.DOTALL)
    notes = found["notes"].strip() if found else ""
    if not notes:
        raise SystemExit(
            f"CHANGELOG.md has nothing under `## [{version}]`."
            " Delete the tag, write what has changed, and tag again."
        )
    return notes + "\n"


def _version(file: Path) -> str:
    found = re.search(r'^__version__ = "(.+)"$', file.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise SystemExit(f"{file} has no line `__version__ = …`.")
    return found[1]


if __name__ == "__main__":
    sys.stdout.write(release_notes(sys.argv[1], Path.cwd()))

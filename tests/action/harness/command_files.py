"""The files through which a step sets outputs, environment, path and summary.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files,
in detail `FileCommandManager.cs` of https://github.com/actions/runner.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

if TYPE_CHECKING:
    from pathlib import Path

SUMMARY_LIMIT = 1024 * 1024
"""Bytes; a longer summary is dropped as a whole."""

NAMES = ("path", "env", "step_summary", "state", "output")
"""In the order in which the runner reads them."""


class CommandFileError(Exception):
    """A file that the runner cannot read: the step fails."""


class CommandFiles(NamedTuple):
    """One set of files, made anew for every step."""

    folder: Path
    suffix: str

    @classmethod
    def make(cls, temp: Path) -> CommandFiles:
        """Empty files below the runner's temporary folder."""
        files = cls(temp / "_runner_file_commands", str(uuid4()))
        files.folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            files.path(name).touch()
        return files

    def path(self, name: str) -> Path:
        """Where the file of `name` is."""
        return self.folder / f"{name}_{self.suffix}"

    def text(self, name: str) -> str:
        """What the step wrote; a file that it removed counts as empty."""
        path = self.path(name)
        return path.read_bytes().decode("utf-8-sig", "replace") if path.exists() else ""

    def pairs(self, name: str) -> list[tuple[str, str]]:
        """The keys and values in a file; see `pairs`."""
        return pairs(self.text(name))

    def lines(self, name: str) -> list[str]:
        """The lines that are not empty."""
        return [line for line in re.split(r"\r\n|\r|\n", self.text(name)) if line]

    def summary(self) -> str:
        """The summary.

        Raises:
            CommandFileError: it is longer than `SUMMARY_LIMIT`.
        """
        path = self.path("step_summary")
        size = path.stat().st_size if path.exists() else 0
        if size > SUMMARY_LIMIT:
            raise CommandFileError(
                "$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of "
                f"{SUMMARY_LIMIT // 1024}k, got {size // 1024}k."
            )
        return self.text("step_summary")


def pairs(text: str) -> list[tuple[str, str]]:
    """Read `NAME=VALUE` lines and `NAME<<DELIMITER` blocks, in order.

    Raises:
        CommandFileError: a line is neither, or a block does not end.
    """
    lines = deque(text.split("\n"))
    if ended := lines[-1] == "":
        lines.pop()
    found = []
    while lines:
        if line := lines.popleft():
            found.append(_pair(line, lines, ended=ended))
    return found


def _pair(line: str, rest: deque[str], *, ended: bool) -> tuple[str, str]:
    equals, heredoc = line.find("="), line.find("<<")
    if equals >= 0 and (heredoc < 0 or equals < heredoc):
        name, _, value = line.partition("=")
        return name, value
    name, _, delimiter = line.partition("<<")
    if heredoc < 0:
        raise CommandFileError(f"Invalid format '{line}'")
    if not name or not delimiter:
        raise CommandFileError(
            f"Invalid format '{line}'. Name must not be empty and delimiter must not be empty"
        )
    return name, _block(delimiter, rest, ended=ended)


def _block(delimiter: str, rest: deque[str], *, ended: bool) -> str:
    block: list[str] = []
    while rest:
        line = rest.popleft()
        if line == delimiter:
            return "\n".join(block)
        if not rest and not ended:
            raise CommandFileError("Invalid value. EOF marker missing new line.")
        block.append(line)
    raise CommandFileError(f"Invalid value. Matching delimiter not found '{delimiter}'")

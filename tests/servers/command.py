"""`sagellm-benchmark run`, started as users start it, and what it left."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pyarrow import parquet

from tests.servers.kinds import MODEL

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAM = Path(sys.executable).with_name("sagellm-benchmark")
_LIMIT_S = 900


class Result(NamedTuple):
    """How a run ended.

    Attributes:
        status: of the process.
        said: to people.
        report: of `--json`; empty if it printed none.
        entries: in the files it wrote, in the order of their names.
    """

    status: int
    said: str
    report: dict[str, Any]
    entries: list[dict[str, Any]]

    @property
    def results(self) -> list[dict[str, Any]]:
        """The parts of the report, one for each measurement."""
        found: list[dict[str, Any]] = self.report.get("results", [self.report])
        return found


def words(outputs: Path, *options: str) -> list[str]:
    """The command line."""
    start = [str(PROGRAM), "run", "--engine", "openai", "--model", str(MODEL), "--json"]
    return [*start, "--outputs", str(outputs), *options]


class Running:
    """A run that was started; what it says to people goes to a file, to be read meanwhile."""

    def __init__(self, environ: Mapping[str, str], outputs: Path, *options: str) -> None:
        self._outputs = outputs
        self._said = outputs.with_name("said.txt")
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                words(outputs, *options),
                env=dict(environ),
                cwd=outputs.parent,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )

    @property
    def said(self) -> str:
        """To people, so far."""
        return self._said.read_text(encoding="utf-8")

    def end(self) -> Result:
        """Wait for it, and see what it printed and wrote."""
        try:
            printed, _ = self.process.communicate(timeout=_LIMIT_S)
        except BaseException:
            self.process.kill()
            raise
        status = self.process.returncode
        report = json.loads(printed) if status == 0 else {}
        return Result(status, self.said, report, entries(self._outputs))


def entries(outputs: Path) -> list[dict[str, Any]]:
    """Everything that was kept."""
    found = []
    for file in sorted(outputs.glob("**/*_leaderboard.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        found += content if isinstance(content, list) else [content]
    return found


def kept_samples(outputs: Path) -> list[dict[str, Any]]:
    """The rows of all sample files, failures included."""
    files = sorted(outputs.glob("**/*_samples.parquet"))
    return [row for file in files for row in parquet.read_table(file).to_pylist()]

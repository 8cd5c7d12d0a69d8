"""The libraries that people read datasets with, in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.readers.samples import DATASETS

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venvs" / "readers" / "bin" / "python"


class Library(NamedTuple):
    """The libraries; nobody's home is theirs."""

    home: Path

    def rows(self, codes: Sequence[str], **environment: str) -> list[list[dict[str, Any]]]:
        """The rows of the tables that these lines make; none may fail."""
        home = {"HOME": str(self.home), "HF_HOME": str(self.home / "hf"), **environment}
        done = subprocess.run(
            [PYTHON, "-I", Path(__file__).with_name("reader.py")],
            input=json.dumps(codes),
            env={**os.environ, **home},
            cwd=self.home,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=300,
        )
        answers = json.loads(done.stdout)
        assert [answer["error"] for answer in answers if "error" in answer] == []
        return [answer["rows"] for answer in answers]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The libraries; a clear failure if they are not there."""
    if not PYTHON.exists():
        pytest.fail(f"{PYTHON} is missing. Make it: make .venvs/readers/.installed")
    return Library(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A clone of each dataset, by its name."""
    folder = tmp_path_factory.mktemp("clones")
    for name, files in DATASETS.items():
        for path, data in files.items():
            target = folder / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return {name: folder / name for name in DATASETS}

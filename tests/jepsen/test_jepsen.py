"""A short run of `make jepsen`: a few seconds, every kind of trouble."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def test_nothing_is_lost_whatever_happens_meanwhile(tmp_path: Path) -> None:
    """In an interpreter of its own, for its children are forks of one without threads."""
    amount = ["--submissions", "60", "--together", "4", "--rate", "2", "--trouble", "0.3"]
    run = [sys.executable, "-m", "tests.jepsen"]
    done = subprocess.run(
        [*run, *amount, "--seconds", "6", "--out", str(tmp_path / "out")],
        cwd=_ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "out" / "jepsen.json").read_text())
    assert found["acknowledged"] == found["submissions"] > 0
    assert found["faults_in_all"]
    assert found["deeds"]

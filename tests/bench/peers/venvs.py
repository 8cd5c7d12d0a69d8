"""Virtual environments for peers whose pins contradict ours: made on demand, kept in `.venvs/`."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

from peers.participant import ROOT, Failed, last_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


OPTIMUM = (
    "optimum-benchmark==0.6.0",
    "optimum-onnx[onnxruntime]==0.1.0",
    "optimum-intel[openvino]==1.27.0",
    "transformers==4.57.6",
    "accelerate",
)
"""optimum-benchmark 0.6.0 and optimum-onnx 0.1.0 need transformers 4; accelerate deduplicates tied
weights when they are exported."""


def optimum() -> Path:
    """The interpreter of the environment that has everything of optimum.

    Raises:
        Failed: if it cannot be made.
    """
    return python_with("optimum", OPTIMUM)


def python_with(name: str, requirements: Sequence[str]) -> Path:
    """The interpreter of `.venvs/peers-<name>`, which has `requirements` and the project's torch.

    Raises:
        Failed: if pip cannot install them.
    """
    folder = ROOT / ".venvs" / f"peers-{name}"
    # torch with its version in the same command: a dependency could replace it by another build.
    wanted = [*requirements, pinned("torch")]
    stamp, python = folder / ".installed", folder / "bin" / "python"
    if not (stamp.is_file() and stamp.read_text().split() == wanted):
        sys.stderr.write(f"Making {folder.relative_to(ROOT)}: {' '.join(wanted)}\n")
        venv.create(folder, clear=True, symlinks=True)
        _install(python, wanted)
        stamp.write_text("\n".join(wanted))
    return python


def pinned(package: str) -> str:
    """The requirement that `constraints.txt` has for `package`, such as `torch==2.13.0`."""
    text = (ROOT / "constraints.txt").read_text()
    found = re.search(rf"^{re.escape(package)}==\S+", text, re.MULTILINE)
    if found is None:
        raise Failed(f"constraints.txt does not pin {package}.")
    return found[0]


def _install(python: Path, requirements: Sequence[str]) -> None:
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    done = subprocess.run([*command, *requirements], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"pip: {last_line(done.stderr, done.stdout)}")

"""The bare loops beside this folder: what a library gives to whoever calls it by hand."""

from __future__ import annotations

import sys
from statistics import median
from typing import TYPE_CHECKING, Any

from peers.participant import BARE, ROOT, Figures, Participant, last_json
from peers.venvs import optimum

if TYPE_CHECKING:
    from pathlib import Path

    from peers.participant import Setting

SCRIPTS = ROOT / "tests" / "bench" / "by_hand"


def by_hand(
    name: str, group: str, setting: Setting, *, script: str, dtype: str, compiled: bool = False
) -> Participant:
    """A script of `by_hand/` as a participant.

    Args:
        name: as the table shows it.
        group: whom it is compared with.
        setting: what to measure.
        script: the file's name without suffix.
        dtype: precision asked for.
        compiled: with torch.compile.
    """

    def command(_scratch: Path) -> list[str]:
        # Isolated: a script called onnxruntime.py must not be what `import onnxruntime` finds.
        words = [
            _python(script),
            "-I",
            str(SCRIPTS / f"{script}.py"),
            "--model",
            str(setting.model),
        ]
        words += ["--dtype", dtype, "--input", str(setting.input), "--output", str(setting.output)]
        words += ["--repeats", str(setting.repeats)]
        words += ["--compile"] if compiled else []
        return words if setting.backend == "cpu" else [*words, "--device", setting.backend]

    return Participant(name, group, BARE, dtype, command, _read)


def _python(script: str) -> str:
    return sys.executable if script.startswith("transformers") else str(optimum())


def _read(printed: str, _scratch: Path) -> Figures:
    report = last_json(printed)
    times = (_middle(report.get(name)) for name in ("ttft_ms", "decode_tps", "e2e_ms"))
    return Figures(*times, report.get("precision"))


def _middle(value: Any) -> Any:
    """Scripts print either every request's figure or their median."""
    return median(value) if isinstance(value, list) else value

"""A warm interpreter that has imported what the scripts import, which takes them longest."""

from __future__ import annotations

import atexit
import functools
import sys
from pathlib import Path

from tests.support.warm import Warm

_ROOT = Path(__file__).resolve().parents[2]
_IMPORTS = f"""\
import sys
sys.path.insert(0, {str(_ROOT)!r})
import benchmark.commands.aggregate, benchmark.commands.publish, benchmark.commands.upload
import benchmark.commands.action, benchmark.hub.store
sys.path.remove({str(_ROOT)!r})
"""
AS_IN_TESTS = {"HF_HUB_DISABLE_TELEMETRY": "1"}


@functools.cache
def warm(python: str = sys.executable, **settings: str) -> str:
    """The path of a program that runs scripts as `python -I` does; it ends with this process.

    Args:
        python: the interpreter, used with what it brings alone.
        settings: what libraries find in the environment when they are imported.
    """
    own = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **settings}
    one = Warm(Path(python), _IMPORTS, _isolated, own)
    atexit.register(one.close)
    return one.program()


def _isolated(python: Path, code: str) -> list[str]:
    return [str(python), "-I", "-c", code]

"""An interpreter that has imported already what the scripts import, which takes them longest.

What it runs is a process with its own environment, folder, streams, signals and end, as any other;
only how an interpreter starts cannot be tested with it.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]


AS_IN_TESTS = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1"}


@functools.cache
def warm(python: str = sys.executable, **settings: str) -> str:
    """The path of a program that runs scripts as `python -I` does; it ends with this process.

    Args:
        python: the interpreter.
        settings: what libraries find in the environment when they are imported.
    """
    folder = Path(tempfile.mkdtemp(prefix="warm-"))
    address = folder / "socket"
    own = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    server = subprocess.Popen(
        [python, "-I", str(_HERE / "warm_script_server.py"), str(address), str(_ROOT)],
        env={**own, **settings},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    atexit.register(_end, server, folder)
    assert server.stdout
    assert server.stdout.readline() == b"ready\n"
    program = folder / "python"
    client = (_HERE / "warm_script_client.py").read_text(encoding="utf-8")
    program.write_text(f"#!{python} -IS\n{client}", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def _end(server: subprocess.Popen[bytes], folder: Path) -> None:
    server.communicate(timeout=10)
    shutil.rmtree(folder)

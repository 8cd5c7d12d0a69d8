"""Versions of what is installed: here, and where a server's command runs."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

_TOOLS = ("transformers", "tokenizers", "httptools", "uvloop")
_PACKAGES = {
    "vllm": "vllm",
    "sglang": "sglang",
    "transformers": "transformers",
    "sagellm": "isagellm",
}
_ASK = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
_PATIENCE_S = 30


def own_tools() -> dict[str, str]:
    """What measures: packages that can matter to what is measured."""
    found = {}
    for name in _TOOLS:
        with suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def installed(kind: str, program: str) -> str | None:
    """The version of a server's package, as the Python beside its program knows it.

    Args:
        kind: the server's name.
        program: the first word of its command.
    """
    where, package = shutil.which(program), _PACKAGES.get(kind)
    if where is None or package is None:
        return None
    # Not resolved: a link in an environment's folder is what makes it that environment.
    python = shutil.which("python", path=str(Path(where).parent))
    if python is None:
        return None
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - the interpreter of the command the user gave
            [python, "-c", _ASK, package],
            capture_output=True,
            check=True,
            timeout=_PATIENCE_S,
        )
        return done.stdout.decode(errors="replace").strip() or None
    return None

"""Versions of what is installed: here, and where a server's command runs."""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOOLS = ("transformers", "tokenizers", "httptools", "uvloop")
_SERVER_TOOLS = ("torch", "transformers")
_PACKAGES = {
    "vllm": "vllm",
    "sglang": "sglang",
    "transformers": "transformers",
    "sagellm": "isagellm",
}
_COMPONENTS = {
    "protocol": "isagellm-protocol",
    "backend": "isagellm-backend",
    "core": "isagellm-core",
    "control_plane": "isagellm-control-plane",
    "gateway": "isagellm-gateway",
    "kv_cache": "isagellm-kv-cache",
    "comm": "isagellm-comm",
    "compression": "isagellm-compression",
}
_ASK = """\
import importlib.metadata, json, platform, sys
found = {"python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(found))
"""
_SHEBANG = re.compile(
    rb"""\A#!\s*(?:/bin/sh\n'''exec' "?)?(/[^\n"]*?)"?(?: "\$0" "\$@")?[ \t]*$""", re.MULTILINE
)
"""Of a script that pip wrote; a path that is too long, or holds blanks, stands in a line of sh.

https://github.com/pypa/distlib/blob/master/distlib/scripts.py
"""

_READ = 1024
_PATIENCE_S = 30


class Installed(NamedTuple):
    """What is installed where a server runs; empty if that is not known.

    Attributes:
        version: of the server's package.
        tools: package → version, and `python`.
        components: of sageLLM, by the names in an entry's `versions`.
    """

    version: str | None = None
    tools: Mapping[str, str] = {}
    components: Mapping[str, str] = {}


def own_tools() -> dict[str, str]:
    """What measures: packages that can matter to what is measured."""
    found = {}
    for name in _TOOLS:
        with suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def installed(kind: str, program: str) -> Installed:
    """What the Python of a server's program knows.

    Args:
        kind: the server's name.
        program: the first word of its command.
    """
    where, package = shutil.which(program), _PACKAGES.get(kind)
    python = None if where is None or package is None else _interpreter(Path(where))
    if python is None or package is None:
        return Installed()
    components = _COMPONENTS if kind == "sagellm" else {}
    told = _versions(python, [package, *_SERVER_TOOLS, *components.values()])
    if package not in told:
        return Installed()
    tools = {name: told[name] for name in ("python", *_SERVER_TOOLS) if name in told}
    parts = {part: told[name] for part, name in components.items() if name in told}
    return Installed(told[package], tools, parts)


def _interpreter(program: Path) -> str | None:
    """What runs a program: as its first line says, or what stands beside it.

    A link in an environment's folder is what makes it that environment, so it is not resolved.
    """
    with suppress(OSError), program.open("rb") as script:
        match = _SHEBANG.match(script.read(_READ))
        if match is not None and Path(match[1].decode(errors="replace")).name.startswith("python"):
            return match[1].decode(errors="replace")
    return shutil.which("python", path=str(program.parent))


def _versions(python: str, packages: list[str]) -> dict[str, str]:
    with suppress(OSError, subprocess.SubprocessError, ValueError):
        done = subprocess.run(  # noqa: S603 - the interpreter of the command the user gave
            [python, "-c", _ASK, *packages],
            capture_output=True,
            check=True,
            timeout=_PATIENCE_S,
        )
        told = json.loads(done.stdout)  # noqa: TID251 - of this module's own code
        return {str(name): str(version) for name, version in told.items()}
    return {}

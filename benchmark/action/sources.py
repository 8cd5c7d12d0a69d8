"""Where the caller's pip gets packages, from its configuration of any level.

Where they go, and which they are, is not the caller's choice: of all that pip's files may say only
this is handed on, and the files themselves are not read for the Action's own installation
(https://pip.pypa.io/en/stable/topics/configuration/).
"""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LIST = ("config", "list")
"""Pip's words for what its files say."""

_SECTIONS = ("global", "install")
"""Those that count for an installation; what the latter says goes first."""

_NAMES = frozenset({
    *("index-url", "extra-index-url", "find-links", "no-index", "keyring-provider"),
    *("cert", "client-cert", "trusted-host", "proxy", "retries", "timeout", "default-timeout"),
    *("cache-dir", "no-cache-dir"),
})  # fmt: skip


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The caller's, without what would steer Python or a pip that reads its configuration."""
    return {name: value for name, value in env.items() if not _steers(name.upper())}


def alone(env: Mapping[str, str], listed: str) -> dict[str, str]:
    """The environment for a pip that reads no file: what they say of sources is in variables.

    Args:
        env: as `environment` gives it; what it says goes before what files say.
        listed: what `LIST` prints.
    """
    said = {_variable(name): " ".join(value.split()) for name, value in _said(listed)}
    return {**said, **env, "PIP_CONFIG_FILE": os.devnull}


def _said(listed: str) -> Iterator[tuple[str, str]]:
    for wanted in _SECTIONS:
        for line in listed.splitlines():
            key, _, value = line.partition("=")
            section, _, name = key.partition(".")
            if section == wanted and name in _NAMES:
                yield name, str(ast.literal_eval(value))


def _variable(name: str) -> str:
    return f"PIP_{name.upper().replace('-', '_')}"


_MAY_BE_SAID = frozenset({"PIP_CONFIG_FILE", *map(_variable, _NAMES)})


def _steers(name: str) -> bool:
    return name.startswith(("PYTHON", "UV_", "INPUT_")) or (
        name.startswith("PIP_") and name not in _MAY_BE_SAID
    )

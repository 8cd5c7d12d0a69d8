"""An environment with the stand-in for sageLLM, as pip would have made one with the real one."""

from __future__ import annotations

import venv
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STAND_IN = Path(__file__).with_name("sagellm_stand_in.py")
VERSIONS = {"isagellm": "0.5.4.70", "isagellm-core": "0.5.4.26", "isagellm-kv-cache": "0.5.4.15"}
"""Of all that there is some; a component that is not there has no version."""


def make(folder: Path, versions: Mapping[str, str] = VERSIONS) -> Path:
    """The command in a new environment in `folder`."""
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    (libraries,) = folder.glob("lib/python*/site-packages")
    for name, version in versions.items():
        info = libraries / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (info / "METADATA").write_text(metadata, encoding="utf-8")
    command = folder / "bin" / "sagellm"
    code = STAND_IN.read_text(encoding="utf-8")
    command.write_text(f"#!{folder / 'bin' / 'python'}\n{code}", encoding="utf-8")
    command.chmod(0o755)
    return command

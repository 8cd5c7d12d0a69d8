"""How an extra is added to this package as it is installed now: pip, uv, pipx, or a checkout.

What a package was installed from is in its `direct_url.json`, by what in `INSTALLER`; pipx and
`uv tool` keep a file of their own at the root of the environment they made for it.
https://packaging.python.org/en/latest/specifications/direct-url/
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

import benchmark
from benchmark import canonical
from benchmark.errors import InvalidDataError

if TYPE_CHECKING:
    from benchmark.canonical import Json

_NAME = "sagellm-benchmark"
_LINE = re.compile(r'pip install "sagellm-benchmark\[(\w[\w-]*)\]"')


class Installed(NamedTuple):
    """How this package came here.

    Attributes:
        prefix: the root of its environment.
        python: its Python.
        installer: `pip`, `uv` or another's name; "" if it was not installed.
        origin: what it was installed from, as `direct_url.json` says; empty for an index.
        has_pip: whether that Python has pip.
        checkout: the folder of its sources where it was not installed at all.
    """

    prefix: Path
    python: str
    installer: str
    origin: dict[str, Json]
    has_pip: bool
    checkout: Path | None = None


def fitting(text: str, here: Installed | None = None) -> str:
    """A text in which each `pip install "sagellm-benchmark[EXTRA]"` is a line that works here."""
    found = _LINE.search(text)
    if not found:
        return text
    known = here or installed()
    return _LINE.sub(lambda match: line(match[1], known), text)


def line(extra: str, here: Installed) -> str:
    """The command that adds an extra."""
    what = _requirement(extra, here)
    if (here.prefix / "pipx_metadata.json").is_file():
        return f"pipx install --force {what}"
    if (here.prefix / "uv-receipt.toml").is_file():
        return f"uv tool install --force {what}"
    if here.installer == "uv" and not here.has_pip:
        return f"uv pip install --python {_quoted(here.python)} {what}"
    return f"{_quoted(here.python)} -m pip install {what}"


def installed() -> Installed:
    """How the package that runs came here."""
    installer, origin, checkout = "", None, None
    try:
        distribution = metadata.distribution(_NAME)
    except metadata.PackageNotFoundError:
        checkout = Path(benchmark.__file__).resolve().parents[1]
    else:
        installer = (distribution.read_text("INSTALLER") or "").strip()
        origin = distribution.read_text("direct_url.json")
    has_pip = find_spec("pip") is not None
    return Installed(
        Path(sys.prefix), sys.executable, installer, _origin(origin), has_pip, checkout
    )


def _origin(text: str | None) -> dict[str, Json]:
    try:
        value = canonical.loads((text or "{}").encode(), file="direct_url.json")
    except InvalidDataError:
        return {}
    return value if isinstance(value, dict) else {}


def _requirement(extra: str, here: Installed) -> str:
    url = here.origin.get("url")
    folder = here.checkout
    if isinstance(url, str) and url.startswith("file:") and "dir_info" in here.origin:
        folder = Path(url2pathname(urlsplit(url).path))
    if folder is not None:
        is_editable = here.checkout is not None or _at(here.origin, "dir_info", "editable") is True
        return ("--editable " if is_editable else "") + f'"{folder}[{extra}]"'
    if not isinstance(url, str):
        return f'"{_NAME}[{extra}]"'
    system, revision = (_at(here.origin, "vcs_info", key) for key in ("vcs", "requested_revision"))
    place = f"{system}+{url}" if system else url
    return f'"{_NAME}[{extra}] @ {place}{f"@{revision}" if revision else ""}"'


def _at(origin: dict[str, Json], section: str, key: str) -> Json:
    return cast("dict[str, Json]", origin.get(section) or {}).get(key)


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path

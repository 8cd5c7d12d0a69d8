"""Files and folders of this machine that a run was given: recorded beside its entry, not in it.

An entry becomes public, and says of a local model no more than its name. What finds it again stands
in `<workload>_run.json` of the same folder, which nothing collects or publishes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmark import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json
    from benchmark.measure.run_options import RunOptions

OPTIONS = ("model", "workload", "prompts", "tokenizer")
"""Those that may name a file or a folder."""

_ENTRY, _RUN = "_leaderboard.json", "_run.json"


def of_options(options: RunOptions) -> dict[str, str]:
    """The absolute path of every option that names something on this machine."""
    given = {name: getattr(options, name) for name in OPTIONS}
    return {
        name: str(Path(value).absolute())
        for name, value in given.items()
        if value is not None and Path(value).exists()
    }


def beside(entry: Path) -> dict[str, str]:
    """What was recorded with an entry, as far as it still is where it was."""
    file = entry.with_name(entry.name.replace(_ENTRY, _RUN))
    if file == entry or not file.is_file():
        return {}
    known = canonical.loads(canonical.read_bytes(file), file=str(file))
    return _still_there(known if isinstance(known, dict) else {})


def near(entry: Path, name: str) -> Path | None:
    """A file or folder of that name in the working directory, or where the entry is."""
    places = (Path(name), entry.parent / name)
    return next((place.absolute() for place in places if place.exists()), None)


def _still_there(known: Mapping[str, Json]) -> dict[str, str]:
    return {
        name: path
        for name, path in known.items()
        if name in OPTIONS and isinstance(path, str) and Path(path).exists()
    }

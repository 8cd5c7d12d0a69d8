"""The file that describes the chips behind an endpoint, in an entry's own words.

{"hardware": {"vendor": "NVIDIA", "chip_model": "H100 80GB", "chip_count": 16},
 "cluster": {"node_count": 2, "parallelism": {"tensor_parallel": 8, "data_parallel": 2}}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical, schema
from benchmark.errors import InvalidDataError, Violation
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmark.canonical import Json

_PARTS = ("hardware", "cluster")


def load(path: Path) -> Mapping[str, object]:
    """Read and judge a description.

    Raises:
        UsageError: if the file cannot be read.
        InvalidDataError: with everything that is wrong in it, each with its JSON path.
    """
    value = canonical.loads(canonical.read_bytes(path), file=str(path))
    return judge(value, str(path))


def judge(value: Json, file: str) -> Mapping[str, object]:
    """The description itself if it is one.

    Raises:
        InvalidDataError: see `load`.
    """
    if not isinstance(value, dict):
        raise _refused(file, [Violation(file, "$", "is no object with `hardware` in it.")])
    found = [
        Violation(file, canonical.child_path("$", name), "is not part of a description.")
        for name in value
        if name not in _PARTS
    ]
    # The schema of entries is the one place where these parts are described.
    parts = tuple(f"$.{name}" for name in _PARTS)
    broken = schema.violations(_as_entry(value), file=file)
    found += [violation for violation in broken if violation.path.startswith(parts)]
    if found:
        raise _refused(file, found)
    return value


def _as_entry(value: dict[str, Json]) -> dict[str, Json]:
    entry: dict[str, Json] = {"cluster": None, "config_type": "single_gpu"}
    entry.update({name: value[name] for name in _PARTS if name in value})
    if entry["cluster"] is not None:
        entry["config_type"] = "multi_node"
    return entry


def _refused(file: str, found: list[Violation]) -> InvalidDataError:
    return InvalidDataError(
        f"{file} does not describe the chips of an endpoint.", found, hint=_HINT
    )


_HINT = N_("Write `hardware`, and `cluster` for several nodes, as they stand in an entry.")

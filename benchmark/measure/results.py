"""Where results are kept: `<outputs>/<backend>/<model>/<workload>_<yyyymmdd>_<nnn>/`."""

from __future__ import annotations

import errno
import os
import re
import shutil
import uuid
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from benchmark import canonical
from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from benchmark.canonical import Json


_TAKEN = (errno.ENOTEMPTY, errno.EEXIST, errno.EACCES)
"""What systems answer when another run has just taken the number."""


class Content(NamedTuple):
    """What one result is kept as.

    Attributes:
        entry: what may become public.
        samples: the file of raw samples.
        plot: a picture.
        private: what repeats the run on this machine and must not become public.
    """

    entry: dict[str, Json]
    samples: bytes
    plot: bytes | None = None
    private: dict[str, Json] | None = None


class Written(NamedTuple):
    """The files of one result, side by side."""

    entry: Path
    samples: Path
    plot: Path


def check_outputs(outputs: Path) -> None:
    """See that results can be kept, before anything is measured; creates nothing.

    Raises:
        UsageError: if they cannot.
    """
    nearest = next(path for path in (outputs, *outputs.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise UsageError(
            f"Cannot write into {nearest}.", hint=N_("Choose another --outputs folder.")
        )


def model_folder(outputs: Path, backend: str, model_name: str) -> Path:
    """The folder of all results of one model on one backend."""
    return outputs / backend / safe_name(model_name)


def safe_name(model_name: str) -> str:
    """A model's name as one folder name on every system: `meta-llama--Llama-3`."""
    name = re.sub(r"[^\w.-]", "_", model_name.replace("/", "--")).strip(". ")
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        # A locale without these letters; what is measured is not lost for its name.
        name = os.fsdecode(name.encode(errors="replace"))
    return name or "_"


def write(folder: Path, workload: str, day: date, content: Content) -> Written:
    """Write the files of one result into a new numbered folder.

    The folder appears with everything in it or not at all, also if this process is killed.

    Raises:
        UsageError: if the files cannot be written.
    """
    name = safe_name(workload)
    files = {
        f"{name}_leaderboard.json": canonical.dumps(content.entry) + b"\n",
        f"{name}_samples.parquet": content.samples,
    }
    if content.plot is not None:
        files[f"{name}.png"] = content.plot
    if content.private:
        # A path that is no UTF-8 is not found again, which loses less than the result.
        private = canonical.writable(content.private)
        files[f"{name}_run.json"] = canonical.dumps(private) + b"\n"
    target = _place(folder, f"{name}_{day:%Y%m%d}", files)
    return Written(
        entry=target / f"{name}_leaderboard.json",
        samples=target / f"{name}_samples.parquet",
        plot=target / f"{name}.png",
    )


def write_sweep(folder: Path, workload: str, day: date, picture: bytes) -> Path:
    """Write the picture of a sweep into a new numbered folder.

    Raises:
        UsageError: if it cannot be written.
    """
    name = f"{safe_name(workload)}-sweep"
    return _place(folder, f"{name}_{day:%Y%m%d}", {f"{name}.png": picture}) / f"{name}.png"


def _place(folder: Path, prefix: str, files: Mapping[str, bytes]) -> Path:
    """Fill a hidden folder beside the place, then give it the next free number."""
    hidden = folder / f".{prefix}_{uuid.uuid4().hex}"
    try:
        hidden.mkdir(parents=True)
        with ExitStack() as unless_placed:
            unless_placed.callback(shutil.rmtree, hidden, ignore_errors=True)
            canonical.write_all_atomic({hidden / name: data for name, data in files.items()})
            target = _rename(hidden, folder / prefix)
            unless_placed.pop_all()
    except OSError as error:
        raise UsageError(f"Cannot create {folder}: {error.strerror or error}.") from None
    return target


def _rename(hidden: Path, prefix: Path) -> Path:
    """No two runs share a number: a folder that holds something cannot be replaced."""
    for number in count(1):
        target = prefix.with_name(f"{prefix.name}_{number:03}")
        if not target.exists():
            try:
                return hidden.rename(target)
            except OSError as error:
                if error.errno not in _TAKEN:
                    raise
    raise AssertionError("count is endless")

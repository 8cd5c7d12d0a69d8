"""Where results are kept: `<outputs>/<backend>/<model>/<workload>_<yyyymmdd>_<nnn>/`."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from benchmark import canonical
from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from benchmark.canonical import Json


class Written(NamedTuple):
    """The two files of one result."""

    entry: Path
    samples: Path


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
    return name or "_"


def write(
    folder: Path, workload: str, day: date, entry: dict[str, Json], samples: dict[str, Json]
) -> Written:
    """Write both files into a new numbered folder, which is gone again if that fails.

    Raises:
        UsageError: if the files cannot be written.
    """
    target = _claim(folder, f"{workload}_{day:%Y%m%d}")
    written = Written(target / f"{workload}_leaderboard.json", target / f"{workload}_samples.json")
    with ExitStack() as unless_written:
        unless_written.callback(shutil.rmtree, target, ignore_errors=True)
        canonical.write_all_atomic(
            {
                written.samples: canonical.dumps(samples) + b"\n",
                written.entry: canonical.dumps(entry) + b"\n",
            }
        )
        unless_written.pop_all()
    return written


def _claim(folder: Path, prefix: str) -> Path:
    """The next free number; creating the folder is what claims it, so no two runs share one."""
    number = 1
    while True:
        target = folder / f"{prefix}_{number:03}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            target.mkdir()
        except FileExistsError:
            number += 1
        except OSError as error:
            raise UsageError(f"Cannot create {target}: {error.strerror or error}.") from None
        else:
            return target

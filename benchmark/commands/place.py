"""Where a verb of maintenance works: the dataset on its Hub, or a clone of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from benchmark.clone import Clone
from benchmark.commands.common import dataset_options, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.hub import HubStore

F = TypeVar("F", bound="Callable[..., object]")


def place_options(function: F) -> F:
    """Add the argument PATH and the options that name a dataset on a Hub."""
    where = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.argument("path", required=False, type=where)(dataset_options(function))


def open_place(
    path: Path | None, hf_repo: str, revision: str, endpoint: str | None
) -> HubStore | Clone:
    """The clone at `path`, the dataset if none is given."""
    return open_store(hf_repo, revision, endpoint) if path is None else Clone(path)

"""Which results a report is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import click

from benchmark.entry import Entry
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable
F = TypeVar("F", bound="Callable[..., object]")

_TEXTS = {
    "model": (("model", "name"),),
    "hardware": (("hardware", "chip_model"), ("hardware", "vendor")),
    "precision": (("model", "precision"), ("model", "quantization")),
    "submitter": (("metadata", "submitter"),),
}


class Filters(NamedTuple):
    """What an entry must have; None lets everything pass.

    Attributes:
        model: a part of its name, in any case, as in all texts here.
        engine: a part of engine and version, as `vllm 0.11`.
        concurrency: requests in flight, exactly.
    """

    model: str | None = None
    hardware: str | None = None
    engine: str | None = None
    workload: str | None = None
    precision: str | None = None
    submitter: str | None = None
    concurrency: int | None = None

    def accept(self, entry: Entry) -> bool:
        """Whether it has all of that."""
        if not any(self):  # every entry would be parsed to be let pass
            return True
        said = Entry(entry.data)
        return (
            all(_has(said, name, getattr(self, name)) for name in _TEXTS)
            and _is_in(self.engine, _of(said, "engine", "engine_version"))
            and _is_in(self.workload, _of(said, "workload"))
            and self.concurrency in {None, said.configuration["concurrent_requests"]}
        )


def filter_options(function: F) -> F:
    """Add an option for each."""
    said = {
        "concurrency": N_("Only results with so many requests in flight."),
        "submitter": N_("Only results of a submitter whose name holds this."),
        "precision": N_("Only results whose precision or quantization holds this."),
        "workload": N_("Only results of a workload whose name holds this."),
        "engine": N_("Only results of an engine, with or without its version."),
        "hardware": N_("Only results on a chip whose name holds this."),
        "model": N_("Only results of a model whose name holds this."),
    }
    for name, text in said.items():
        kind = click.IntRange(1) if name == "concurrency" else None
        function = click.option(f"--{name}", type=kind, help=text)(function)
    return function


def _has(entry: Entry, name: str, sought: str | None) -> bool:
    return any(_is_in(sought, str(entry.at(*path) or "")) for path in _TEXTS[name])


def _of(entry: Entry, *names: str) -> str:
    return " ".join(str(entry.configuration[name] or "") for name in names)


def _is_in(sought: str | None, text: str) -> bool:
    return sought is None or " ".join(sought.casefold().split()) in " ".join(
        text.casefold().split()
    )

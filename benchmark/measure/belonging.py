"""Which options are for which engines, and what of them one engine of several was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmark.measure.engine_options import SAMPLING
from benchmark.measure.run_options import default_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.run_options import RunOptions

_OF_A_SERVER = (
    "base_url",
    "cluster",
    "api",
    "natural_length",
    "header",
    "extra_body",
    *SAMPLING,
    "ca_file",
    "insecure",
    "max_in_flight",
    "ramp_up",
)
_BELONGS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("openai", "sagellm"): _OF_A_SERVER,
    ("openai",): ("serve",),
    ("sagellm",): ("sagellm", "install_sagellm"),
    ("transformers",): ("compile", "attention"),
    ("distributed",): ("tensor_parallel", "data_parallel", "nodes", "node_rank", "rendezvous"),
}
_OF_THIS_MACHINE = ("sagellm", "install_sagellm")
"""How the engine is found here; it changes nothing of what is measured."""


def strangers(options: RunOptions) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every option that none of the engines asked for would look at, and those that would."""
    for owners, names in _BELONGS.items():
        if not {*owners} & {*options.engines}:
            yield from ((name, owners) for name in names if _is_given(options, name))


def url_of(engine: str, options: RunOptions) -> str | None:
    """Where the engine's server runs; beside another endpoint sageLLM is started."""
    is_others = engine == "sagellm" and "openai" in options.engines
    return None if is_others else options.base_url


def of_one(engine: str, options: RunOptions) -> RunOptions:
    """What would ask for this engine alone, on any machine."""
    others = [
        name
        for owners, names in _BELONGS.items()
        for name in names
        if engine not in owners or name in _OF_THIS_MACHINE
    ]
    kept = replace(options, engine=engine, base_url=url_of(engine, options))
    return replace(kept, **{name: default_of(name) for name in others})  # type: ignore[arg-type]


def _is_given(options: RunOptions, name: str) -> bool:
    return bool(getattr(options, name) != default_of(name))

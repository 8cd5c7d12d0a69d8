"""Who is compared with whom. A group's participants do the same work in the same precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peers.by_hand import by_hand
from peers.models import GPT2, LLAMA
from peers.optimum_benchmark import optimum_benchmark
from peers.ours import ours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peers.participant import Participant, Setting

SHORT = {"float32": "fp32", "bfloat16": "bf16", "float16": "fp16", "int8": "int8", "int4": "int4"}
ENGINES = {
    "onnxruntime": ("float32", "int8"),
    "openvino": ("float32", "bfloat16", "int8", "int4"),
}
NOT_MEASURED = {
    "llama-bench": (
        "not on PyPI; llama-cpp-python is there as source only and builds no llama-bench"
    ),
    "optimum-benchmark with onnxruntime": (
        "its backend imports what optimum 2 no longer has, and optimum 1 needs an older torch"
    ),
}
"""Peers that cannot take part, and why."""


def names(backend: str) -> dict[str, str]:
    """The groups of a backend, and the model of each."""
    torch = {
        f"{name}": GPT2 for name in ("transformers-fp32", "transformers-bf16", "compiled-bf16")
    }
    if backend == "cuda":
        return {**torch, "llama-7b-bf16": LLAMA}
    return {**torch, **{f"{name}-{SHORT[d]}": GPT2 for name, of in ENGINES.items() for d in of}}


def chosen(backend: str, only: str | None) -> dict[str, str]:
    """The groups that `only` names, comma-separated: whole names or what comes before a hyphen.

    Raises:
        ValueError: if it names none of them.
    """
    known = names(backend)
    if only is None:
        return known
    wanted = [word.strip() for word in only.split(",")]
    unknown = [word for word in wanted if not any(_fits(word, name) for name in known)]
    if unknown:
        raise ValueError(f"no group {', '.join(unknown)}; there are {', '.join(known)}")
    return {name: kind for name, kind in known.items() if any(_fits(word, name) for word in wanted)}


def participants(group: str, setting: Setting, *, peers: bool) -> Iterator[Participant]:
    """Ours first, then the bare loops, then the peers."""
    kind, _, short = group.rpartition("-")
    dtype = next(name for name, word in SHORT.items() if word == short)
    if kind in ENGINES:
        yield ours(group, setting, engine=kind, dtype=dtype)
        yield by_hand(f"{kind} by hand", group, setting, script=kind, dtype=dtype)
        if peers and kind == "openvino":
            yield from _optimum_benchmarks(group, setting, dtype, backend=kind)
    elif kind == "compiled":
        yield ours(group, setting, dtype=dtype, compiled=True)
        yield _loop("compiled prefill + decode loop", group, setting, dtype, compiled=True)
    else:
        yield ours(group, setting, dtype=dtype)
        script = "transformers_generate"
        yield by_hand("bare generate loop", group, setting, script=script, dtype=dtype)
        yield _loop("bare prefill + decode loop", group, setting, dtype)
        if peers:
            yield from _optimum_benchmarks(group, setting, dtype)


def _loop(
    name: str, group: str, setting: Setting, dtype: str, *, compiled: bool = False
) -> Participant:
    script = "transformers_loop"
    return by_hand(name, group, setting, script=script, dtype=dtype, compiled=compiled)


def _optimum_benchmarks(
    group: str, setting: Setting, dtype: str, *, backend: str = "pytorch"
) -> Iterator[Participant]:
    for launcher in ("process", "inline"):
        yield optimum_benchmark(group, setting, launcher=launcher, dtype=dtype, backend=backend)


def _fits(word: str, name: str) -> bool:
    return word == name or name.startswith(f"{word}-")

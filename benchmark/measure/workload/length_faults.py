"""What is wrong with a workload's lengths and gaps that its schema cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LEAST = {"input_length": 1, "output_length": 2}


def length_faults(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """JSON path below the workload, and the sentence."""
    places = [("", item), *_mixture(item)]
    for at, one in places:
        for name in _LEAST:
            if isinstance(one.get(name), dict):
                yield from _range_faults(f"{at}.{name}", one[name])
    yield from _prefix_faults(item, [one.get("input_length") for _, one in places])
    if item.get("arrivals") == "constant" and item.get("burstiness", 1) != 1:
        yield (
            ".burstiness",
            "says how uneven gaps are, and constant arrivals have equal ones.",
        )


def _mixture(item: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    listed = item.get("mixture")
    if not isinstance(listed, list):
        return []
    places = [(f".mixture[{index}]", one) for index, one in enumerate(listed)]
    return [(at, one) for at, one in places if isinstance(one, dict)]


def _range_faults(at: str, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    low, high, mean = (_number(value.get(name)) for name in ("min", "max", "mean"))
    if low is None or high is None:
        return
    if low > high:
        yield f"{at}.min", f"is {low:g}, and max is only {high:g}."
    elif mean is not None and not low <= mean <= high:
        yield f"{at}.mean", f"is {mean:g}, and lies outside of {low:g} to {high:g}."


def _prefix_faults(item: Mapping[str, Any], inputs: list[Any]) -> Iterator[tuple[str, str]]:
    """Something of every prompt has to follow the prefix."""
    prefix = _number(item.get("shared_prefix"))
    if prefix is None:
        return
    lows = [one.get("min") if isinstance(one, dict) else one for one in inputs if one is not None]
    shortest = min(filter(None, map(_number, lows)), default=None)
    if not lows:
        yield ".shared_prefix", "needs an input_length that it is part of."
    elif shortest is not None and shortest <= prefix:
        yield ".shared_prefix", f"is {prefix:g}, and the shortest prompt has {shortest:g} tokens."


def _number(value: object) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]

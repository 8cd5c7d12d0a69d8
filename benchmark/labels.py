"""Labels of entries that are shown together: equal if and only if their config keys are.

The plain label leaves out what most people do not ask for. Where two configurations would have one,
each gets what tells it apart: the engine's version first, then whatever else differs; and where
even that reads alike (a label shows 80 characters of a text, and no control characters), digits of
the config key's sha-256.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain, repeat
from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.config_key import KEY_PATHS, normalise
from benchmark.label import engine_part, part

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from benchmark.canonical import Json
    from benchmark.entry import ConfigKey, Entry

    Values = Mapping[str, Json]
    Addition = Callable[[ConfigKey, Values, Collection[str]], list[str]]

_SHORT = 12
_ENGINE = ("engine", "engine_version")


def labels_of(entries: Iterable[Entry]) -> dict[ConfigKey, str]:
    """Config key → label; the same for the same entries in any order.

    Args:
        entries: everything that is shown in one output.
    """
    chosen: dict[ConfigKey, Entry] = {}
    for entry in entries:
        known = chosen.get(entry.config_key)
        # One configuration can be spelled in several ways.
        if known is None or (entry.label, entry.run_id) < (known.label, known.run_id):
            chosen[entry.config_key] = entry
    labels = {key: entry.label for key, entry in chosen.items()}
    additions = chain((_engine, _differences, _digits), repeat(_digest))
    # Whoever has a digest as text in a configuration gets one of its own in the next round.
    while groups := _alike(labels):
        labels |= _told_apart(groups, chosen, next(additions))
    return labels


def _told_apart(
    groups: Iterable[Iterable[ConfigKey]], chosen: Mapping[ConfigKey, Entry], addition: Addition
) -> dict[ConfigKey, str]:
    """New labels for configurations that share one."""
    labels = {}
    for group in groups:
        values = {key: chosen[key].configuration for key in group}
        differing = _differing(values.values())
        for key, own in values.items():
            labels[key] = "|".join([chosen[key].label, *addition(key, own, differing)])
    return labels


def _alike(labels: Mapping[ConfigKey, str]) -> list[list[ConfigKey]]:
    """The configurations that still share a label, together."""
    if len(set(labels.values())) == len(labels):
        return []
    counts = Counter(labels.values())
    groups: defaultdict[str, list[ConfigKey]] = defaultdict(list)
    for key, label in labels.items():
        if counts[label] > 1:
            groups[label].append(key)
    return list(groups.values())


def _differing(configurations: Iterable[Values]) -> list[str]:
    """The names of what is not the same in all of them."""
    several = list(configurations)
    return [
        name
        for name in KEY_PATHS
        if len({normalise(configuration[name]) for configuration in several}) > 1
    ]


def _engine(_key: ConfigKey, values: Values, differing: Collection[str]) -> list[str]:
    return [engine_part(values)] if set(_ENGINE) & set(differing) else []


def _differences(key: ConfigKey, values: Values, differing: Collection[str]) -> list[str]:
    others = [name for name in differing if name not in _ENGINE]
    return [
        *_engine(key, values, differing),
        *(f"{name}={part(values[name])}" for name in others),
    ]


def _digits(key: ConfigKey, values: Values, differing: Collection[str]) -> list[str]:
    return [*_differences(key, values, differing), f"#{canonical.digest(key)[:_SHORT]}"]


def _digest(key: ConfigKey, _values: Values, _differing: Collection[str]) -> list[str]:
    return [f"#{canonical.digest(key)}"]

"""The columns of the tables that `load_dataset` makes of entries.

Declared, for what is inferred from one file fails at the next that has null for a number, or one
field more. Objects are JSON in one column each, so whatever is in them is kept; a struct would
have to name every field, and refuses an entry with another.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, cast

from benchmark.card import yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmark.entry import Entry

_TEXTS = ("entry_id", "engine", "engine_version", "sagellm_version", "config_type")
_OBJECTS = (
    *("hardware", "model", "workload", "metrics", "cluster", "versions", "environment"),
    *("kv_cache_config", "metadata", "provenance"),
)
_MOST = 100
_LONGEST = 100
# What YAML 1.1 can hold unescaped: https://yaml.org/spec/1.1/#c-printable
_ESCAPED = re.compile(r"[^ !#-\[\]-~]")


def names_in(entries: Iterable[Entry]) -> frozenset[str]:
    """The fields of entries that the format does not know; they are kept, so they are columns."""
    forms = {entry.fields for entry in entries}
    return frozenset(chain.from_iterable(forms)).difference(_TEXTS, _OBJECTS)


def lines(names: Iterable[str]) -> Iterator[str]:
    """The declaration in YAML, a column a line.

    Args:
        names: the fields besides those of the format. A viewer shows no more than a thousand
            columns, and a header has a limit too: of too many, the first in order are declared.
    """
    yield from (f"- {{name: {name}, dtype: string}}" for name in _TEXTS)
    yield from (f"- {{name: {name}, dtype: json}}" for name in _OBJECTS)
    quoted = (_quoted(name) for name in sorted(set(names).difference(_TEXTS, _OBJECTS)))
    short = [name for name in quoted if len(name) <= _LONGEST]
    yield from (f"- {{name: {name}, dtype: json}}" for name in short[:_MOST])


def declared(region: str) -> frozenset[str]:
    """The names of columns in a part of a header that we wrote; none where it was changed."""
    try:
        configs = cast("list[dict[str, list[dict[str, object]]]]", yaml_text.values(region) or [])
        names = {column["name"] for config in configs for column in config.get("features", [])}
    except (ValueError, TypeError, KeyError, AttributeError):
        return frozenset()
    texts = (name for name in names if isinstance(name, str))
    return frozenset(texts).difference(_TEXTS, _OBJECTS)


def _quoted(name: str) -> str:
    escaped = _ESCAPED.sub(lambda found: f"\\U{ord(found[0]):08x}", name)
    return f'"{escaped}"'

"""What is read by the schema's types is what is read strictly, and valid."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from copy import deepcopy
from itertools import count
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmark import canonical, respelling, schema, typed
from benchmark.measure.entry_builder import build_entry
from tests.property.test_screening_laws import KEYS, MORE
from tests.support.entries import data, multi_node
from tests.support.measured import RUN
from tests.support.real_format import public_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    Path = tuple[str, ...]

BASES = [data(), dict(multi_node().data), build_entry(RUN), *public_entries()[:3]]
WHERE = "@here@"
INSTANTS = ["2026-02-30T00:00:00Z", "2026-01-31", "20260131", "", "2026-01-31T12:00:00+08:00 "]
EDGES = ["0", "-0", "-1", "1", "1.0", "1.5", "0.0", "-1e-9", "true", "null", '""', "[]", "{}"]
ODD = ["01", "1.", ".5", "+1", "'a'", "[1,]", '{"a":1,}', '"\t"', '"\\ud800"', "Infinity", "1e400"]
NODES = ["0", "1", "2", "1.0", "null"]
VALUES = MORE | st.sampled_from([*EDGES, *ODD, *NODES, *map(json.dumps, INSTANTS)])


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where there is anything in an entry."""
    for name, item in value.items() if isinstance(value, dict) else ():
        yield (*path, name)
        yield from paths(item, (*path, name))


PLACES = [(base, path) for base in BASES for path in paths(base)]


def replaced(base: dict[str, Any], path: Path, raw: str | None) -> str:
    """An entry with another value at a place, or without any."""
    made = replaced_at(base, path, WHERE)
    if raw is None:
        section = made
        for name in path[:-1]:
            section = section[name]
        del section[path[-1]]
    return json.dumps(made).replace(json.dumps(WHERE), raw or "")


def check(text: str) -> bool:
    """Whether it is read by types, and then it is valid."""
    array = f"[{text}]".encode()
    found = respelling.read_together(array, canonical.MAX_DEPTH, typed.loads)
    if found is None or not typed.fit(found.values):
        return False
    if re.search(respelling.UNSURE, found.joined.decode().lower()):
        return False
    value, _ = canonical.loads_and_dumps(text.encode(), file="f")
    assert found.values == [value]
    assert schema.is_valid(value)
    return True


@given(st.sampled_from(PLACES), VALUES | st.none())
@example((BASES[0], ("metrics", "ttft_ms")), "9007199254740993")
@example((BASES[0], ("metrics", "ttft_ms")), "9007199254740993.0")
@example((BASES[0], ("metrics", "ttft_ms")), "18446744073709551617")
@example((BASES[0], ("metadata", "submitted_at")), '"2026-02-30T00:00:00Z"')
@example((BASES[1], ("cluster", "node_count")), "1")
@example((BASES[1], ("cluster",)), "null")
@settings(max_examples=400)
def test_what_types_accept_is_valid(place: tuple[dict[str, Any], Path], raw: str | None) -> None:
    """Whatever stands where in an entry."""
    check(replaced(*place, raw))


@contextmanager
def learnt(*paths: Path) -> Iterator[None]:
    """These fields were seen, and no others; nothing is remembered."""
    typed._decoder.cache_clear()  # noqa: SLF001
    with mock.patch.multiple(typed, _seen={*paths}, _looks=count()):
        yield
    typed._decoder.cache_clear()  # noqa: SLF001


@given(st.sampled_from(PLACES), KEYS, VALUES, st.booleans())
def test_a_field_that_types_leave_out_is_missed(
    place: tuple[dict[str, Any], Path], key: str, raw: str, is_learnt: bool
) -> None:
    """A name that the schema does not have, or one that is there twice."""
    base, path = place
    with learnt(*([(*path[:-1], key)] if is_learnt else [])):
        for name in (key, path[-1]):
            text = replaced(base, path, WHERE)
            check(text.replace(WHERE, f"null,{json.dumps(name)}:{raw}"))


@pytest.mark.parametrize("path", [("more",), ("metadata", "more"), ("cluster", "a:b")])
def test_fields_that_entries_have_besides_are_learnt(path: Path) -> None:
    """Of a number of names that is bounded, and only at first."""
    plain = json.dumps(replaced_at(BASES[1], path, {"any": [1, "thing"]}))
    many = [json.dumps(replaced_at(BASES[1], (f"f{n}",), 1)) for n in range(200)]
    with learnt():
        assert not check(plain)
        typed.learn([json.loads(plain)])
        assert check(plain)
        assert not check(many[0])
        typed.learn(map(json.loads, many))
        assert check(many[0])
        assert not check(many[-1])
    with learnt():
        typed.learn([BASES[1]] * 1000)
        typed.learn([json.loads(plain)])
        assert not check(plain)


def replaced_at(base: dict[str, Any], path: Path, value: Any) -> Any:
    """An entry with a value at a place that it may not have yet."""
    made = deepcopy(base)
    section = made
    for name in path[:-1]:
        section = section[name]
    section[path[-1]] = value
    return made


@pytest.mark.parametrize("entry", BASES, ids=lambda entry: str(entry["entry_id"])[:12])
def test_ordinary_entries_are_read_by_types(entry: dict[str, Any]) -> None:
    """Those of the public data and those of `run`; or types would be in vain."""
    assert check(json.dumps(entry))


def test_a_rule_that_was_never_translated_is_none_that_holds() -> None:
    """Who adds a keyword to the schema has to say what it means here."""
    with pytest.raises(NotImplementedError, match="multipleOf"):
        typed.type_of({"type": "number", "multipleOf": 2})

"""Laws of the columns: nothing is lost, and what does not fit gives way by size."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from benchmark.page import columns, data, packing
from tests.page.reading import entries_of, inflated, values_of
from tests.page.samples import entry, row

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 3),
    st.floats(0, 3, allow_nan=False),
    st.text("ab", max_size=2),
)
ENTRIES = st.lists(
    st.dictionaries(
        st.text("abc", max_size=2),
        st.recursive(
            SCALARS,
            lambda inner: st.one_of(
                st.lists(inner, max_size=2),
                st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
            ),
            max_leaves=5,
        ),
        max_size=4,
    ),
    max_size=6,
)


def exactly(value: Any) -> str:
    """Text that is equal only for values of the same types; 1.0 and 1 are one number in JSON."""
    return repr(_numbers(value))


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _numbers(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_numbers(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@given(st.lists(SCALARS, min_size=1))
def test_a_column_gives_back_its_values(values: list[Any]) -> None:
    """True is not 1, null is not nothing."""
    assert exactly(values_of(columns.of_values(values), len(values))) == exactly(values)


@given(ENTRIES)
def test_the_columns_of_entries_are_the_entries(entries: list[dict[str, Any]]) -> None:
    """Empty objects and lists, and names that stand for an object here and a number there."""
    fields = [
        {"path": list(path), **columns.of_some(values, len(entries))}
        for path, values in columns.by_path(entries).items()
    ]
    made = entries_of({"count": len(entries), "fields": fields}, {"fields": []})
    assert [exactly(one) for one in made] == [exactly(one) for one in entries]


def test_what_repeats_is_written_once() -> None:
    """One value, a few, or one each."""
    assert columns.of_values(["a", "a"]) == {"all": "a"}
    assert columns.of_values([1, 2, 1, 2]) == {"of": [1, 2], "at": [0, 1, 0, 1]}
    assert columns.of_values([1, 2, 3]) == {"each": [1, 2, 3]}
    assert columns.of_some({1: None}, 2) == {"of": [None], "at": [-1, 0]}


def test_where_room_is_short_the_largest_fields_give_way_and_are_named() -> None:
    """What many rows share is kept: the entry of a row says all else that it said."""
    rows = [
        row({**entry(f"m{n}"), "noise": f"{n * 7919 % 10007:064b}", "same": "x"})
        for n in range(200)
    ]
    packed = data.pack(rows, 14_000)
    assert packed.left_out == ("noise",)
    made = entries_of(inflated(packed.rows), inflated(packed.rest))
    assert made == [{k: v for k, v in one.entry.items() if k != "noise"} for one in rows]
    assert len(packed.rows) + len(packed.rest) <= 14_000
    assert data.pack(rows, 100_000).left_out == ()


def test_packed_text_is_base64_of_deflated_json() -> None:
    """What a browser inflates without a library."""
    assert inflated(packing.pack({"a": ["<", "\u2028"]})) == {"a": ["<", "\u2028"]}


def test_of_too_many_rows_every_workload_keeps_its_best() -> None:
    """Before any has a second; what is not ranked comes last."""
    rows = [row(entry(f"m{n % 3}", engine=f"e{n}", metrics=(n + 1, 1, 1))) for n in range(30)]
    best = data.best_of([*rows, row(entry("odd"), "not ranked")], 3)
    assert {one.entry["metrics"]["throughput_tps"] for one in best} == {30, 29, 28}
    assert {one.entry["model"]["name"] for one in best} == {"m0", "m1", "m2"}
    every = data.best_of([row(entry("odd"), "not ranked"), *rows], 31)
    assert not every[-1].is_ranked

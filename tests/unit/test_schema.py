"""Every violation of an entry, its JSON path and its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark import canonical, schema
from benchmark.entry import Entry
from benchmark.schema import MAX_ENTRY_BYTES, violations, violations_of, why_not_ranked
from tests.support import real_format
from tests.support.entries import ABSENT, data, entry, multi_node

if TYPE_CHECKING:
    from benchmark.canonical import Json

A_DATE = "expected a date or time such as 2026-01-31T12:00:00Z."
PADDED = len(canonical.dumps(data({"padding": ""})))


def said(changes: dict[str, Any]) -> list[str]:
    """Path and message of every violation of the plain entry with `changes`."""
    return [f"{path}: {message}" for _, path, message in violations(data(changes))]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"metrics.ttft_ms": -1}, "$.metrics.ttft_ms: is -1, expected at least 0."),
        ({"metrics.error_rate": 1.5}, "$.metrics.error_rate: is 1.5, expected at most 1."),
        ({"metrics.ttft_ms": "9"}, "$.metrics.ttft_ms: is '9', expected a number."),
        ({"metrics.ttft_ms": True}, "$.metrics.ttft_ms: is true, expected a number."),
        ({"metrics.ttft_ms": ABSENT}, "$.metrics.ttft_ms: is required, but missing."),
        ({"metrics.tpot_ms": "9"}, "$.metrics.tpot_ms: is '9', expected a number or null."),
        ({"metrics": None}, "$.metrics: is null, expected an object."),
        ({"hardware.chip_count": 1.5}, "$.hardware.chip_count: is 1.5, expected a whole number."),
        ({"hardware.chip_count": 0}, "$.hardware.chip_count: is 0, expected at least 1."),
        ({"entry_id": ""}, "$.entry_id: is '', expected at least 1 character."),
        (
            {"entry_id": "x" * 513},
            f"$.entry_id: is '{'x' * 59}…, expected at most 512 characters.",
        ),
        (
            {"config_type": "single"},
            "$.config_type: is 'single', expected one of 'single_gpu', 'multi_gpu', 'multi_node'.",
        ),
        ({"metadata.submitted_at": "soon"}, f"$.metadata.submitted_at: is 'soon', {A_DATE}"),
        (
            {"config_type": "multi_node"},
            "$.cluster: is null, expected an object.",
        ),
        (
            {"config_type": "multi_node", "cluster": {"node_count": 1}},
            "$.cluster.node_count: is 1, expected at least 2.",
        ),
        ({"cluster": {}}, "$.cluster.node_count: is required, but missing."),
        (
            {"versions": {"my backend": 3}},
            '$.versions["my backend"]: is 3, expected a string or null.',
        ),
        (
            {"metrics.samples": {"a": -1}},
            "$.metrics.samples.a: is -1, expected at least 0.",
        ),
    ],
)
def test_a_violation_says_what_is_there_and_what_is_expected(
    changes: dict[str, Any], expected: str
) -> None:
    """One sentence with the JSON path of the place to mend."""
    assert said(changes) == [expected]


def test_all_violations_are_listed_at_once() -> None:
    """One round for the contributor, not three; nothing is said twice."""
    changes = {"model": {}, "metrics.ttft_ms": -1, "metadata.submitted_at": 5, "versions": ABSENT}
    assert [line.split(":")[0] for line in said(changes)] == [
        "$.metadata.submitted_at",
        "$.metrics.ttft_ms",
        "$.model.name",
        "$.model.precision",
        "$.versions",
    ]


@pytest.mark.parametrize("value", [None, 3, "text", [], [{}]])
def test_what_is_no_object_is_no_entry(value: Json) -> None:
    """There is one violation, of the whole document."""
    found = violations(value, file="a.json", path="$[7]")
    assert [(v.file, v.path) for v in found] == [("a.json", "$[7]")]
    assert found[0].message.endswith(", expected an object.")


def test_an_empty_object_misses_every_required_section() -> None:
    """Each is named on its own, at the place where the entry stands."""
    found = violations({}, path="$[2]")
    assert [v.path for v in found] == sorted(v.path for v in found)
    assert {v.path for v in found} >= {"$[2].entry_id", "$[2].metrics", "$[2].metadata"}
    assert {v.message for v in found} == {"is required, but missing."}


def test_an_entry_may_take_exactly_the_limit() -> None:
    """The canonical form counts, in bytes, not the file's indentation."""
    assert said({"padding": "x" * (MAX_ENTRY_BYTES - PADDED)}) == []
    assert said({"padding": "x" * (MAX_ENTRY_BYTES - PADDED + 1)}) == [
        "$: takes 65,537 bytes; an entry may take at most 65,536."
    ]
    assert said({"padding": "é" * ((MAX_ENTRY_BYTES - PADDED) // 2 + 1)})


def test_what_is_too_large_says_what_else_is_wrong() -> None:
    """The size is one violation among the others."""
    found = said({"padding": "x" * MAX_ENTRY_BYTES, "metrics.ttft_ms": None})
    assert [line.split(":")[0] for line in found] == ["$", "$.metrics.ttft_ms"]


@given(st.text(), st.sampled_from(["entry_id", "model.name", "config_type"]))
def test_a_value_is_quoted_in_ascii(text: str, path: str) -> None:
    """Direction marks and line ends cannot make a message read differently."""
    for value in ([text], {text: text}, f"{text}{'x' * 513}"):
        for line in said({path: value}):
            shown = line.replace("…", "")
            assert shown.isascii(), line
            assert shown.isprintable(), line


@given(st.text())
def test_a_key_is_quoted_in_ascii(key: str) -> None:
    """The name of a version cannot disguise itself, nor break the line of its violation."""
    [line] = said({"versions": {key: 1}})
    assert line.isascii()
    assert line.isprintable()
    assert line.startswith("$.versions")


@pytest.mark.parametrize(
    "changes",
    [
        {"future_field": {"any": ["thing", None]}, "metrics.future": "x"},
        {"hardware.chip_count": 1.0},
        {"workload.batch_size": None, "model.quantization": None, "metadata.notes": None},
        {"metrics.throughput_tps": 0, "metrics.ttft_ms": 0, "metrics.error_rate": 1},
        {"metrics.percentiles": {"ttft_ms": {"p50": 1.5, "p99": None}}},
        {"cluster": ABSENT, "config_type": "single_gpu", "engine": None} | {"cluster": None},
    ],
)
def test_what_the_format_allows_is_no_violation(changes: dict[str, Any]) -> None:
    """Unknown fields, nulls where something was not measured, whole floats, bad figures."""
    assert said(changes) == []


def test_entries_of_the_earlier_format_fit_the_schema() -> None:
    """All 47, the ones that measured nothing included."""
    assert [violations(item) for item in real_format.public_entries()] == [[]] * real_format.COUNT


def test_why_an_entry_is_not_ranked() -> None:
    """The schema comes first; its gates are looked at only where they mean something."""
    assert why_not_ranked(entry()) == why_not_ranked(multi_node()) == ()
    assert why_not_ranked(entry({"metrics.ttft_ms": 0})) == ("ttft_ms is not above 0",)
    invalid = entry({"metrics.ttft_ms": 0, "entry_id": 5})
    assert why_not_ranked(invalid) == ("it does not fit the schema",)
    assert why_not_ranked(Entry({})) == ("it does not fit the schema",)


def test_an_entry_that_was_good_is_not_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A publish looks at each in its file, for the ranking, and again at every attempt."""
    good, bad = entry({"model.name": "judged once"}), entry({"metrics.ttft_ms": -7.25})
    assert violations_of(good) == []
    first = violations_of(bad, file="a.json", path="$[1]")
    assert [(item.file, item.path) for item in first] == [("a.json", "$[1].metrics.ttft_ms")]
    monkeypatch.setattr(schema, "violations", lambda *_, **__: pytest.fail("judged again"))
    assert violations_of(good, file="b.json") == []
    assert why_not_ranked(good) == ()
    assert why_not_ranked(bad) == ("it does not fit the schema",)

"""An entry's gates, node count, label and instant at their edges."""

from __future__ import annotations

import math
from typing import Any

import pytest

from benchmark import config_key
from benchmark.config_key import configuration_of, key_of, normalise
from benchmark.entry import MAX_ERROR_RATE, Entry, parse_instant
from tests.support import real_format
from tests.support.entries import ABSENT, entry, multi_node

JUST_ABOVE = math.nextafter(MAX_ERROR_RATE, 1)


@pytest.mark.parametrize(
    ("path", "value", "reasons"),
    [
        ("metrics.error_rate", 0, ()),
        ("metrics.error_rate", 0.05, ()),
        ("metrics.error_rate", JUST_ABOVE, ("error_rate is above 0.05",)),
        ("metrics.error_rate", 1, ("error_rate is above 0.05",)),
        ("metrics.ttft_ms", 5e-324, ()),
        ("metrics.ttft_ms", 0, ("ttft_ms is not above 0",)),
        ("metrics.ttft_ms", -0.0, ("ttft_ms is not above 0",)),
        ("metrics.throughput_tps", 5e-324, ()),
        ("metrics.throughput_tps", 0.0, ("throughput_tps is not above 0",)),
        ("metrics.throughput_tps", -1, ("throughput_tps is not above 0",)),
    ],
)
def test_each_gate_closes_exactly_at_its_bound(
    path: str, value: float, reasons: tuple[str, ...]
) -> None:
    """The bound itself and the nearest double beside it; a verdict is another matter."""
    name = path.rpartition(".")[2]
    closed = entry({path: value}).closed_gates()
    assert tuple(reason for reason in closed if reason.startswith(f"{name} is")) == reasons


def test_every_closed_gate_is_named() -> None:
    """A contributor learns all the reasons at once."""
    changes = {"throughput_tps": 0, "ttft_ms": 0, "error_rate": 0.5}
    closed = entry({f"metrics.{name}": value for name, value in changes.items()}).closed_gates()
    assert [reason.split()[0] for reason in closed] == ["throughput_tps", "ttft_ms", "error_rate"]


@pytest.mark.parametrize(
    ("cluster", "count"),
    [
        (None, 1),
        (ABSENT, 1),
        ({}, 1),
        ({"node_count": None}, 1),
        ({"node_count": 0}, 1),
        ({"node_count": 1.0}, 1),
        ({"node_count": 2.0}, 2),
        ({"node_count": 64}, 64),
        ({"node_count": "3"}, 1),
        ("two nodes", 1),
    ],
)
def test_node_count_is_one_unless_a_number_says_more(cluster: object, count: int) -> None:
    """Whatever stands where the cluster should be, an entry ran on one node or more."""
    assert entry({"cluster": cluster}).node_count == count


@pytest.mark.parametrize(
    ("path", "value", "label"),
    [
        ("model.name", None, "CPU|1|-|FP32|128|128"),
        ("model.name", " None ", "CPU|1|-|FP32|128|128"),
        ("model.name", "a|b", "CPU|1|a/b|FP32|128|128"),
        ("model.name", "a\r\nb\x1b[31m", "CPU|1|a b [31m|FP32|128|128"),
        ("model.name", "a\u202eb", "CPU|1|a b|FP32|128|128"),
        ("model.name", "m" * 81, f"CPU|1|{'m' * 80}|FP32|128|128"),
        ("model.name", ["a", 1.0], 'CPU|1|["a",1]|FP32|128|128'),
        ("hardware.chip_count", 2.0, "CPU|2|gpt2|FP32|128|128"),
        ("workload.input_length", ABSENT, "CPU|1|gpt2|FP32|-|128"),
    ],
)
def test_odd_values_stay_within_their_part_of_the_label(
    path: str, value: object, label: str
) -> None:
    """A label has its six parts, whatever stands in the entry."""
    assert entry({path: value}).label == label


def test_a_name_of_nothing_printable_leaves_no_empty_part_in_the_label() -> None:
    """An invisible name is shown as missing, not as an empty column."""
    assert entry({"model.name": "\u200b"}).label == "CPU|1|-|FP32|128|128"


@pytest.mark.parametrize(
    ("changes", "tail"),
    [
        ({"workload.name": "long"}, "long"),
        ({"workload.name": "SHORT"}, ""),
        ({"workload.name": "short", "workload.output_length": 64}, "short"),
        ({"workload.batch_size": None, "workload.concurrent_requests": ABSENT}, ""),
        ({"workload.batch_size": 4.0}, "bs=4"),
        ({"engine": "SageLLM", "engine_version": "9"}, ""),
        ({"engine": "vllm", "engine_version": None}, "vllm -"),
        ({"workload.dataset": "DEFAULT"}, ""),
        ({"workload.dataset": "ShareGPT"}, "ShareGPT"),
        ({"hardware.interconnect": "NVLink"}, "NVLink"),
        ({"cluster": {"node_count": 2, "parallelism": {"pipeline_parallel": 2}}}, "nodes=2|pp=2"),
        ({"cluster": {"node_count": 1, "parallelism": {"data_parallel": 8}}}, "dp=8"),
    ],
)
def test_a_label_ends_with_what_is_not_plain(changes: dict[str, Any], tail: str) -> None:
    """Every part of the key that people would ask for is said once, or not at all."""
    lengths = "128|64" if "workload.output_length" in changes else "128|128"
    plain = f"CPU|1|gpt2|FP32|{lengths}"
    assert entry(changes).label == (f"{plain}|{tail}" if tail else plain)


def test_a_workload_of_the_first_format_is_taken_from_its_notes_alone() -> None:
    """Its own name wins over the notes, and notes of another form name nothing."""
    both = entry({"workload.name": "Q1", "metadata.notes": "Benchmark run: Q2"})
    assert both.configuration["workload"] == "Q1"
    for notes in ("benchmark run: Q2", "Benchmark run: Q2\n", " Benchmark run: Q2", ["Q2"], None):
        assert entry({"metadata.notes": notes}).configuration["workload"] is None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-01-01T00:00:00z", "2026-01-01"),
        (" 2026-01-01 08:00 +0800 ", "2026-01-01T00:00"),
        ("2025-12-31T23:30:00-00:30", "2026-01-01T00:00:00.000"),
        ("2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00.500"),
    ],
)
def test_spellings_of_one_instant_are_equal(text: str, same: str) -> None:
    """Letter case, blanks, offsets, commas and trailing zeros leave no trace."""
    assert parse_instant(text) == parse_instant(same) is not None


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2026-1-1",
        "2026-01-01T25:00",
        "2026-01-01T24:00:00",
        "2026-01-01T00:00:60Z",
        "2026-01-01Z",
        "2026-01-01T00:00:00+8",
        "2026-01-01T00:00:00Z and more",
        "\uff12\uff10\uff12\uff16-01-01",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_no_instant_is_guessed(text: str) -> None:
    """What is no date, on any version of Python, is refused."""
    assert parse_instant(text) is None


def test_an_entry_without_a_time_has_no_instant() -> None:
    """A missing or non-text time is None, not an exception."""
    for value in (ABSENT, None, 0, ["2026-01-01"]):
        assert entry({"metadata.submitted_at": value}).submitted_at is None


def test_the_run_id_is_the_hash_of_the_canonical_form() -> None:
    """Spelling of numbers and order of keys make no other run; any value does."""
    one = Entry({"b": 1.0, "a": "é"})
    assert one.canonical == '{"a":"é","b":1}'.encode()
    assert one.run_id == Entry({"a": "é", "b": 1}).run_id
    assert one.run_id != Entry({"a": "é", "b": True}).run_id


def test_two_entries_are_equal_exactly_when_they_are_the_same_run() -> None:
    """Python's `True == 1` makes no two runs one."""
    assert Entry({"a": 1.0}) == Entry({"a": 1})
    assert Entry({"a": True}) != Entry({"a": 1})


def test_a_step_through_what_is_no_object_finds_nothing() -> None:
    """Lists and texts on the way are absence."""
    assert entry({"cluster": [1]}).at("cluster", "node_count") is None
    assert multi_node().at("cluster", "node_count", "deeper") is None


def test_public_entries_of_the_earlier_format_are_47_configurations() -> None:
    """The generator the other tests rely on makes what it says."""
    made = [Entry(data) for data in real_format.public_entries()]
    assert len({item.config_key for item in made}) == real_format.COUNT
    assert sum(bool(item.closed_gates()) for item in made) == real_format.ALL_ZERO
    assert len(real_format.eligible()) == real_format.COUNT - real_format.ALL_ZERO


def test_an_entry_that_names_no_engine_was_measured_with_sagellm() -> None:
    """By the name that people read."""
    first = {"engine": "None", "sagellm_version": "0.3"}
    said = configuration_of(entry(first).data)
    assert (said["engine"], said["engine_version"]) == ("sagellm", "0.3")


@pytest.mark.parametrize("odd", ["x", None, ["notes"], {"notes": 7}])
def test_odd_metadata_names_no_workload(odd: object) -> None:
    """And breaks nothing."""
    assert configuration_of({**entry().data, "metadata": odd})["workload"] is None


def test_a_configuration_of_plain_values_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of them stand in many entries; only lists and objects are reckoned each time."""
    values = ("NVIDIA", 8, 1.5, None, True)
    expected = key_of([*values])

    def asked(value: object) -> bytes:
        raise AssertionError(value)

    monkeypatch.setattr(config_key, "_sortable", asked)
    assert key_of([*values]) == expected
    with pytest.raises(AssertionError):
        key_of([*values, ["x"]])


@pytest.mark.parametrize(
    ("value", "term"),
    [
        (None, (0, 0, "")),
        (" NULL ", (0, 0, "")),
        (1, (1, 1, "")),
        (1.5, (1, 1.5, "")),
        (" GPT \t 2", (2, 0, "gpt 2")),
        (True, (3, 0, "true")),
        (["x", 1.0], (3, 0, '["x",1]')),
    ],
)
def test_a_term_is_a_kind_a_number_and_a_text(value: Any, term: tuple[int, float, str]) -> None:
    """So that terms of all kinds have one order."""
    assert normalise(value) == term


def test_text_that_cannot_be_written_has_a_key() -> None:
    """An entry that is refused for it is still one configuration."""
    assert key_of(["\ud800"]) != key_of(["\ud801"])

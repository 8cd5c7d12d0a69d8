"""The config key ignores spelling and never meaning."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.entry import KEY_PATHS, Entry, normalise, parse_instant
from tests.support.entries import ABSENT, data, entry, multi_node

SPELLINGS: dict[str, list[list[Any]]] = {
    "hardware.vendor": [["NVIDIA", "nvidia", " NVIDIA  "], ["Intel"]],
    "hardware.chip_model": [["A100 80GB", "a100  80gb", "A100\t80GB "], ["A10080GB"]],
    "hardware.chip_count": [[2, 2.0], [1]],
    "model.quantization": [["None", None, ABSENT, "none ", "NONE", ""], ["int4", "INT4"]],
    "workload.batch_size": [[1, 1.0], [ABSENT, None], [4]],
    "workload.name": [["Q1", "q1"], [ABSENT], ["Q5"]],
    "metadata.notes": [["Benchmark run: Q1"], ["", "rerun of all failed", "Benchmark run: Q1 b"]],
    "cluster": [[None, ABSENT], [{"node_count": 1}], [{"node_count": 2}, {"node_count": 2.0}]],
    "engine": [["vllm", "vLLM"], ["sglang"]],
}
CASES = [
    (path, one, other, i == j)
    for path, groups in SPELLINGS.items()
    for i, first in enumerate(groups)
    for j, second in enumerate(groups)
    for one in first
    for other in second
]


@pytest.mark.parametrize(("path", "one", "other", "same"), CASES)
def test_config_key_ignores_spelling_but_never_meaning(
    path: str, one: Any, other: Any, same: bool
) -> None:
    """Two spellings of one value are one configuration, two values are two."""
    equal = entry({path: one}).config_key == entry({path: other}).config_key
    assert equal is same


@pytest.mark.parametrize("path", [".".join(path) for path in KEY_PATHS.values()])
def test_every_part_of_the_key_tells_configurations_apart(path: str) -> None:
    """No part is forgotten on the way into the key."""
    cluster = {"node_count": 2, "inter_node_network": "x", "parallelism": {"tensor_parallel": 2}}
    base = data({"cluster": cluster, "engine": "x", "engine_version": "1"})
    keys = set()
    for value in ("one", "two", 3):
        keys.add(Entry(data({**base, path: value})).config_key)
    assert len(keys) == 3


@pytest.mark.parametrize(
    "path",
    ["metadata.submitter", "metadata.submitted_at", "environment.os", "environment.cuda_version"],
)
def test_attributes_are_not_identity(path: str) -> None:
    """Who, when and on which driver do not make another configuration."""
    assert entry({path: "2026-02-02"}).config_key == entry({path: "2026-03-03"}).config_key


def test_an_entry_of_the_first_format_was_measured_with_sagellm() -> None:
    """No engine means sagellm at the version that wrote the entry."""
    old = entry({"sagellm_version": "0.5.2.0"})
    new = entry({"engine": "sageLLM", "engine_version": "0.5.2.0"})
    assert old.config_key == new.config_key != entry({"sagellm_version": "0.5.3.0"}).config_key


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({}, "CPU|1|gpt2|FP32|128|128"),
        ({"workload.name": "short"}, "CPU|1|gpt2|FP32|128|128"),
        ({"workload.name": "Q5"}, "CPU|1|gpt2|FP32|128|128|Q5"),
        (
            {
                "metadata.notes": "Benchmark run: Q5",
                "workload.batch_size": 4,
                "workload.concurrent_requests": 8,
                "engine": "vllm",
                "engine_version": "0.11.0",
                "model.quantization": "int4",
                "cluster": {"node_count": 2, "parallelism": {"tensor_parallel": 4}},
            },
            "CPU|1|gpt2|FP32|128|128|Q5|bs=4|c=8|vllm 0.11.0|int4|nodes=2|tp=4",
        ),
    ],
)
def test_a_label_says_only_what_differs_from_the_plain_case(
    changes: dict[str, Any], label: str
) -> None:
    """People read the label; the plain case is short."""
    assert entry(changes).label == label


@given(st.text())
def test_a_label_is_one_printable_line_whatever_was_submitted(text: str) -> None:
    """A name cannot break a line, forge a column or carry control characters."""
    label = entry({"model.name": text}).label
    assert label.isprintable()
    assert label.count("|") == 5


@given(st.integers() | st.floats(allow_nan=False) | st.text() | st.none())
def test_normalising_twice_is_normalising_once(value: Any) -> None:
    """A normalised text normalises to itself."""
    rank, number, text = normalise(value)
    if rank == 2:
        assert normalise(text) == (rank, number, text)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
        ("2026-01-01T00:00:00+08:00", "2025-12-31T16:00:01Z"),
        ("2026-01-01", "2026-01-01T00:00:00.000000001Z"),
        ("2026-01-01T00:00:00.49Z", "2026-01-01T00:00:00.5"),
    ],
)
def test_instants_are_compared_in_utc_without_losing_digits(earlier: str, later: str) -> None:
    """Offsets, missing zones and nanoseconds are understood."""
    one, other = parse_instant(earlier), parse_instant(later)
    assert one is not None
    assert other is not None
    assert one < other


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00+14:00", "2026"])
def test_what_is_no_date_is_none(text: str) -> None:
    """An unreadable time is not guessed."""
    assert parse_instant(text) is None


def test_several_nodes_make_a_multi_entry() -> None:
    """The node count decides which leaderboard an entry belongs to."""
    assert (entry().node_count, multi_node().node_count) == (1, 2)

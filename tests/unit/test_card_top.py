"""The fastest results on the dataset card."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest

from benchmark.card import top
from benchmark.card.top import fastest
from benchmark.leaderboard import encode
from tests.support.entries import entry, multi_node, run
from tests.support.real_format import eligible

if TYPE_CHECKING:
    from benchmark.entry import Entry


def rows(*boards: bytes) -> list[list[str]]:
    """The cells of the table, without its head."""
    table = fastest(boards)
    assert table is not None
    return [line.strip("| ").split(" | ") for line in table[2:]]


def paced(tps: int) -> Entry:
    """A run whose figures agree, on so many chips."""
    changes = {"metrics.throughput_tps": tps, "metrics.tpot_ms": 1000 / tps}
    return entry({**changes, "hardware.chip_count": tps})


def test_the_fastest_come_first_and_few_of_each() -> None:
    """Of one model and workload three, whatever their configuration."""
    runs = [paced(tps) for tps in range(1, 9)]
    assert [row[6] for row in rows(encode(runs))] == ["8", "7", "6"]


def test_models_and_workloads_with_the_most_results_are_shown() -> None:
    """A model has two of them at most, so that others are seen too."""
    common = [
        entry({"model.name": "a", "workload.name": f"w{w}", "hardware.chip_count": n})
        for w in range(3)
        for n in range(1, 5 - w)
    ]
    rare = [entry({"model.name": f"m{n}"}) for n in range(9)]
    found = rows(encode([*common, *rare]))
    assert {(row[0], row[1]) for row in found if row[0] == "a"} == {
        ("a", "w0 128/128"),
        ("a", "w1 128/128"),
    }
    assert len({row[0] for row in found}) == 5


def test_spellings_of_one_model_are_one_model() -> None:
    """As in the config key."""
    runs = [
        entry({"model.name": name, "hardware.chip_count": n})
        for n, name in ((1, "GPT2 "), (2, "gpt2"))
    ]
    assert [row[0] for row in rows(encode(runs))] in (["gpt2", "GPT2"], ["GPT2", "gpt2"])


def test_a_row_tells_what_was_measured() -> None:
    """What was not told has a dash, never a zero."""
    single = entry(
        {
            "workload.concurrent_requests": None,
            "workload.name": "short",
            "engine": "vllm",
            "engine_version": "0.17",
        }
    )
    several = multi_node({"model.name": "z", "hardware.chip_count": 8})
    assert rows(encode([single]), encode([several])) == [
        ["gpt2", "short 128/128", "1 × CPU", "vllm 0.17", "FP32", "–", "100", "80"],
        ["z", "128/128", "8 × CPU, 2 nodes", "sagellm 0.5.0.0", "FP32", "1", "100", "80"],
    ]


HOSTILE = "x | y --> <script>\n# [l](javascript:a) `c` \x1b[31m\u202e ![i](http://e) www.e.org"


def test_nothing_that_a_contributor_wrote_is_markdown() -> None:
    """Names of models, chips, engines and workloads are words."""
    paths = (
        "model.name",
        "workload.name",
        "hardware.chip_model",
        "engine",
        "engine_version",
        "model.precision",
        "model.quantization",
    )
    [row] = rows(encode([entry(dict.fromkeys(paths, HOSTILE))]))
    assert len(row) == 8
    assert not set("<>`[]\n\x1b\u202e") & set(
        "".join(row).replace("<span>", "").replace("</span>", "")
    )


def test_an_empty_leaderboard_has_no_table() -> None:
    """Nor does a large one, which is not read for it."""
    assert fastest([b"[]\n", b"[]\n"]) == []
    with mock.patch.object(top, "MOST_BYTES", 100):
        assert fastest([encode([run(1)]), b"[]\n"]) is None


@pytest.mark.parametrize("reverse", [False, True])
def test_the_same_results_are_the_same_table(*, reverse: bool) -> None:
    """In whatever order they came."""
    runs = eligible()
    expected = fastest([encode(runs)])
    assert fastest([encode(sorted(runs, key=lambda run: run.run_id, reverse=reverse))]) == expected


def test_what_is_doubtful_is_marked_and_comes_last() -> None:
    """Unless a maintainer has confirmed it."""
    sound = run(50)
    doubtful = entry({"metrics.throughput_tps": 150, "hardware.chip_count": 2})
    board = encode([sound, doubtful])
    assert doubtful.is_doubtful()
    assert [row[6] for row in rows(board)] == ["50", "⚠ 150"]
    table = fastest([board], {doubtful.run_id}) or []
    assert ["150" in table[2], "⚠" in "".join(table)] == [True, False]

"""What the public leaderboard of today is thought of, and what has been claimed on it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from benchmark.demo import generated
from benchmark.entry import Entry
from benchmark.measure.entry_builder import build_entry
from benchmark.schema import why_not_ranked
from benchmark.verdict import DOUBTFUL, IMPOSSIBLE, SOUND, verdict
from tests.support import measured, real_format

DATA = Path(os.environ.get("PUBLIC_DATA", "no public data"))
FILES = ("leaderboard_single_47.json", "multi_gpu_example.json", "multi_node_example.json")
real_data = pytest.mark.skipif(
    not DATA.exists(), reason="PUBLIC_DATA names no folder with the public data"
)


def _read(name: str) -> list[dict[str, Any]]:
    value = json.loads((DATA / name).read_text(encoding="utf-8"))
    return value if isinstance(value, list) else [value]


@real_data
def test_every_ranked_entry_of_today_stays_ranked_and_thirty_are_doubtful() -> None:
    """Their TTFT holds the whole generation; the one that vLLM measured is sound."""
    ranked = [item for item in map(Entry, _read(FILES[0])) if not why_not_ranked(item)]
    kinds = [item.verdict.kind for item in ranked]
    assert (len(kinds), kinds.count(DOUBTFUL), kinds.count(SOUND)) == (31, 30, 1)
    [sound] = [item for item in ranked if item.verdict.kind == SOUND]
    assert sound.at("engine") == "vllm"


@real_data
@pytest.mark.parametrize("name", FILES[1:])
def test_the_examples_of_several_chips_are_sound(name: str) -> None:
    """Both are what such machines do."""
    [item] = map(Entry, _read(name))
    assert (item.verdict.kind, why_not_ranked(item)) == (SOUND, ())


@real_data
@pytest.mark.parametrize("name", FILES)
def test_a_thousand_times_what_is_ranked_today_is_impossible(name: str) -> None:
    """Whoever's entry it is: each says enough to be caught."""
    for data in _read(name):
        if data["metrics"]["throughput_tps"]:
            data["metrics"]["throughput_tps"] *= 1e3
            assert verdict(data).kind == IMPOSSIBLE, data


def test_what_the_demo_shows_is_sound() -> None:
    """It follows from the same arithmetic, at every size."""
    shown = [*generated.leaderboard(), *generated.contributions("one", "other")]
    assert {item.verdict.kind for item in shown} == {SOUND}


def test_what_this_program_measured_is_sound() -> None:
    """Failed requests, few tokens and all."""
    assert verdict(build_entry(measured.RUN)).kind == SOUND


def test_entries_of_the_earlier_format_are_sound_where_they_are_measured() -> None:
    """And those that are all zero claim nothing."""
    assert {item.verdict.kind for item in map(Entry, real_format.public_entries())} == {SOUND}

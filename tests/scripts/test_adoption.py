"""A dataset of the first format: two JSON files, people's indentation, some results of zero."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from benchmark.dataset import is_fragment
from benchmark.entry import Entry
from tests.support import entries
from tests.support.publishers import (
    MULTI,
    PUBLISH,
    REPO,
    SINGLE,
    at,
    boards,
    call,
    finish,
    held,
    start,
    submission,
)

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.canonical import Json
    from benchmark.localhub.testing import RunningHub

ZERO = {"metrics.throughput_tps": 0, "metrics.ttft_ms": 0, "metrics.tpot_ms": 0}
CARD = b"---\nlicense: mit\npretty_name: Results\n---\n\n# Ours\n\nWritten by hand.\n"


def old_entry(index: int, *, zero: bool) -> Entry:
    """As the first format had it: no engine, the workload's name in the notes."""
    changes: dict[str, Any] = {
        "entry_id": f"{index:08}-0000-4000-8000-000000000000",
        "model.name": f"model-{index % 7}",
        "workload.concurrent_requests": 1 + index // 7,
        "metadata.notes": f"Benchmark run: Q{1 + index % 3}",
        "metrics.throughput_tps": 10.5 + index,
    }
    return entries.entry({**changes, **(ZERO if zero else {})})


def faster(run: Entry, tps: float) -> Entry:
    """The same configuration at another speed."""
    metrics = cast("dict[str, Json]", run.data["metrics"])
    return Entry({**run.data, "metrics": {**metrics, "throughput_tps": tps}})


OLD_SINGLE = [old_entry(index, zero=index % 4 == 0) for index in range(20)]
OLD_MULTI = [entries.multi_node({"metrics.throughput_tps": 400})]
ZEROES = [run for run in OLD_SINGLE if not run.number("metrics", "throughput_tps")]


def indented(runs: list[Entry]) -> bytes:
    """As the first format was written."""
    return json.dumps([dict(run.data) for run in runs], indent=2, ensure_ascii=False).encode()


@pytest.fixture
def old(hub: RunningHub) -> RunningHub:
    """A hub whose dataset has only the two files."""
    hub.create(REPO, {SINGLE: indented(OLD_SINGLE), MULTI: indented(OLD_MULTI)})
    return hub


def test_the_first_publish_adopts_an_old_dataset(old: RunningHub, tmp_path: Path) -> None:
    """Everything is in runs/ then; what is zero is there but not ranked, and nothing else is."""
    new = entries.run(100, model="new")
    folder = submission(tmp_path / "work", new)
    done = finish(start(PUBLISH, "--json", cwd=folder, **at(old)))
    assert done.code == 0, done.said
    dataset = held(old)
    everything = {run.run_id for run in [*OLD_SINGLE, *OLD_MULTI, new]}
    assert dataset.logged == everything == set(dataset.runs)
    ranked = {run["entry_id"] for run in json.loads(boards(old)[0])}
    wanted = {run.at("entry_id") for run in [*OLD_SINGLE, new] if run not in ZEROES}
    assert ranked == wanted
    assert len(json.loads(boards(old)[1])) == 1
    assert (done.json["not_ranked"], done.json["single"]["added"]) == (len(ZEROES), [new.label])


def test_the_adopted_dataset_is_exact(old: RunningHub, here: Path) -> None:
    """`rebuild --check` finds nothing to change, and `rebuild` changes nothing."""
    submission(here, entries.run(100, model="new"))
    assert call("rebuild", "--check").code == 65
    assert call("publish").code == 0
    before = old.files(REPO)
    assert call("rebuild", "--check").code == 0
    assert call("rebuild", "--json").json["changed"] is False
    assert old.files(REPO) == before


def test_an_old_dataset_is_adopted_only_once(old: RunningHub, here: Path) -> None:
    """The second publish adds its own run and one fragment of one line."""
    for model in ("new", "newer"):
        submission(here, entries.run(100, model=model))
        assert call("publish").code == 0
    fragments = [data for path, data in old.files(REPO).items() if is_fragment(path)]
    assert sorted(data.count(b"\n") for data in fragments) == [1, 22]


def test_a_dataset_card_is_made(old: RunningHub, here: Path) -> None:
    """Its configs name the two leaderboards, so the viewer does not mix in runs/."""
    submission(here, entries.run(100, model="new"))
    assert call("publish").code == 0
    card = old.files(REPO)["README.md"].decode()
    header = card.split("---\n")[1]
    assert f'load_dataset("{REPO}"' in card
    assert f"data_files: {SINGLE}" in header
    assert f"data_files: {MULTI}" in header


@pytest.mark.parametrize("card", [CARD, b"# No header\n", CARD.replace(b"\n", b"\r\n")])
def test_the_text_of_a_dataset_card_is_kept(old: RunningHub, here: Path, card: bytes) -> None:
    """What we say stands between markers; a second publish changes only that."""
    old.write(REPO, {"README.md": card})
    submission(here, faster(OLD_SINGLE[1], 77.5))
    assert call("publish").code == 0
    now = old.files(REPO)["README.md"]
    assert b"configs:" in now
    assert all(line in now.splitlines() for line in card.splitlines())
    assert b"| 77.5 |" in now
    submission(here, faster(OLD_SINGLE[1], 78.5))
    assert call("publish").code == 0
    later = old.files(REPO)["README.md"]
    assert later.replace(b"| 78.5 |", b"| 77.5 |") == now


def test_configs_of_a_dataset_card_stay_among_ours(old: RunningHub, here: Path) -> None:
    """Whoever wrote them had a reason."""
    card = b"---\nconfigs:\n- config_name: theirs\n  data_files: leaderboard_single.json\n---\nHi\n"
    old.write(REPO, {"README.md": card})
    submission(here, entries.run(100, model="new"))
    assert call("publish").code == 0
    now = old.files(REPO)["README.md"]
    assert b"- config_name: theirs\n  data_files: leaderboard_single.json\n---\nHi\n" in now
    assert b"- config_name: runs\n" in now


def test_a_dataset_card_that_is_made_by_hand_is_left_alone(old: RunningHub, here: Path) -> None:
    """It says so."""
    card = b"Hi\n<!-- sagellm-benchmark: by hand -->\n"
    old.write(REPO, {"README.md": card})
    submission(here, entries.run(100, model="new"))
    assert call("publish").code == 0
    assert old.files(REPO)["README.md"] == card


def test_nothing_new_for_an_old_dataset_is_no_commit(old: RunningHub, here: Path) -> None:
    """Publishing what it holds already changes nothing, not even its form."""
    head = old.head(REPO)
    submission(here, OLD_SINGLE[1])
    done = call("publish", "--json")
    assert (done.code, done.json["changed"], old.head(REPO)) == (0, False, head)

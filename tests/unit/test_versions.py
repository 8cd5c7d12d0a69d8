"""A release that defines keys, gates or verdicts anew: `rebuild` applies it, and loses nothing."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from benchmark import dataset
from benchmark import entry as entry_module
from benchmark.amend import amend
from benchmark.config_key import key_of
from benchmark.dataset import BOARD_FILES, is_fragment
from benchmark.derived import TRAIL, fitting, manifest
from benchmark.derived import files as derived
from benchmark.doctor import examined
from benchmark.leaderboard import decode, encode
from benchmark.plan import plan_for
from benchmark.retry import RetryPolicy
from benchmark.submission import SubmittedFile
from benchmark.verdict import Verdict
from tests.support import real_format
from tests.support.entries import entry, multi_node, run
from tests.support.memory_store import STILL, Direct, MemoryHub

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.entry import Entry

MONTH = "2026-03"
ENGINES = [entry({"engine": name, "metrics.tpot_ms": None}) for name in ("vllm", "lmdeploy")]
CLAIM = entry({"metrics.throughput_tps": 9e14})
FLAKY = entry({"metrics.error_rate": 0.2, "model.name": "flaky"})


@contextmanager
def _coarser_keys() -> Iterator[None]:
    """Keys of the hardware alone, so that engines and models are one configuration."""
    with (
        mock.patch.object(entry_module, "key_of", lambda values: key_of([*values][:7])),
        mock.patch.object(manifest, "KEY_VERSION", 2),
    ):
        yield


@contextmanager
def _wider_gates() -> Iterator[None]:
    """Half of the requests may fail."""
    with (
        mock.patch.object(entry_module, "MAX_ERROR_RATE", 0.5),
        mock.patch.object(manifest, "GATE_VERSION", 99),
    ):
        yield


@contextmanager
def _no_doubts() -> Iterator[None]:
    """Everything is believed."""
    with (
        mock.patch.object(entry_module, "verdict", return_value=Verdict("sound")),
        mock.patch.object(manifest, "VERDICT_VERSION", "99"),
    ):
        yield


RELEASES = {"keys": _coarser_keys, "gates": _wider_gates, "verdicts": _no_doubts}


def publish(hub: MemoryHub, *runs: Entry) -> None:
    """These runs, as one commit."""
    file = SubmittedFile(Path("x.json"), "leaderboard_x.json", encode(runs), decode)
    hub.commit(plan_for(hub.head, [file], month=MONTH).files, hub.head.revision)


def rebuild(hub: MemoryHub) -> Mapping[str, bytes]:
    """As the verb does; the files but for the trail, which tells of the commits."""
    amend(
        Direct(hub),
        lambda state: state,
        title="Rebuild",
        policy=RetryPolicy(),
        clockwork=STILL,
        month=lambda: MONTH,
    )
    return {path: data for path, data in hub.head.files.items() if path != TRAIL}


def boards(files: Mapping[str, bytes]) -> list[bytes]:
    """Both leaderboard files."""
    return [files[file] for file in BOARD_FILES.values()]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> MemoryHub:
    """Runs of the earlier format and of ours, those among them of which releases may disagree."""
    monkeypatch.setattr(derived, "FEW", 0)
    hub = MemoryHub()
    publish(hub, *real_format.eligible(), multi_node())
    publish(hub, *ENGINES, CLAIM, FLAKY, run(1), run(2))
    return hub


@pytest.mark.parametrize("release", RELEASES)
def test_a_definition_forth_and_back_loses_nothing(hub: MemoryHub, release: str) -> None:
    """The runs stay as they are, byte for byte, and so do the leaderboards in the end."""
    before = rebuild(hub)
    with RELEASES[release]():
        assert fitting(hub.head) is None
        changed = rebuild(hub)
        assert boards(changed) != boards(before)
        assert [check for check in examined(hub.head) if not check.holds] == []
        assert rebuild(hub) == changed
    fragments = {path: data for path, data in before.items() if is_fragment(path)}
    assert fragments.items() <= changed.items()
    assert rebuild(hub) == before
    assert [check for check in examined(hub.head) if not check.holds] == []


@pytest.mark.parametrize("release", RELEASES)
def test_the_next_publish_applies_a_definition_as_well(hub: MemoryHub, release: str) -> None:
    """Boards of another release are never built upon, and nothing waits for a rebuild."""
    with RELEASES[release]():
        publish(hub, run(3, model="new"))
        published = hub.head.files
        assert rebuild(hub) == {path: data for path, data in published.items() if path != TRAIL}


def test_keys_gates_and_verdicts_at_once_by_two_releases_in_turns(hub: MemoryHub) -> None:
    """Whoever publishes last decides how the boards look, and no run is lost to either."""
    held = {item.run_id for item in dataset.parse(hub.head).runs.values()}
    for number in range(4):
        with ExitStack() as newer:
            for release in RELEASES.values() if number % 2 else ():
                newer.enter_context(release())
            more = run(10 + number, model=f"model {number}")
            publish(hub, more)
            held.add(more.run_id)
    state: Any = dataset.parse(hub.head)
    assert state.logged == held
    rebuild(hub)
    assert boards(hub.head.files) == [encode(state.boards[name].values()) for name in BOARD_FILES]

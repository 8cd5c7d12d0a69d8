"""A publisher that was beaten to it does not read the leaderboards again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.dataset import BOARD_FILES
from benchmark.derived import TRAIL, files, fitting
from benchmark.derived.trail import Trail
from benchmark.errors import ConflictError
from benchmark.hub import catching_up
from benchmark.hub import store as store_module
from benchmark.plan import plan_for
from benchmark.submission import data_files
from tests.support.entries import multi_node, run, write
from tests.support.publishers import REPO

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.entry import Entry
    from benchmark.hub import HubStore
    from benchmark.localhub.testing import RunningHub

SINGLE, MULTI = BOARD_FILES.values()


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of many runs is tried with few."""
    monkeypatch.setattr(files, "FEW", 0)


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "_WORTHWHILE", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where submissions are written."""
    return tmp_path / "data"


def publish(store: HubStore, folder: Path, *runs: Entry) -> None:
    """One commit of these runs, by a publisher of its own."""
    write(folder, "leaderboard_x.json", *runs)
    snapshot = store.read()
    plan = plan_for(snapshot, data_files(folder), month="2026-01")
    store.commit(plan.files, parent=snapshot.revision, message="m")


def downloads(hub: RunningHub, since: int) -> set[str]:
    """The paths of the leaderboards that were downloaded since so many requests."""
    paths = {record.path.rpartition("/")[2] for record in list(hub.requests)[since:]}
    return paths & {SINGLE, MULTI}


def test_the_fragments_since_are_read_instead(
    hub: RunningHub, store: HubStore, folder: Path
) -> None:
    """Of several commits of others, on either leaderboard."""
    publish(store, folder, run(1), multi_node())
    store.read()
    for number in (2, 3):
        publish(_another(store), folder, run(number), run(1, model=f"m{number}"))
    publish(_another(store), folder, multi_node({"metrics.throughput_tps": 900}), run(1, model="z"))
    since = len(list(hub.requests))
    now = store.read()
    assert downloads(hub, since) == set()
    assert fitting(now)
    assert {path: now.files[path] for path in (SINGLE, MULTI)} == {
        path: hub.files(REPO)[path] for path in (SINGLE, MULTI)
    }


@pytest.mark.parametrize("trail", [b"", b"<html>", Trail({}, ()).encode()])
def test_without_a_trail_they_are_read_again(
    hub: RunningHub, store: HubStore, folder: Path, trail: bytes
) -> None:
    """It is never trusted."""
    publish(store, folder, run(1))
    store.read()
    publish(_another(store), folder, run(2))
    _replace_trail(hub, trail)
    since = len(list(hub.requests))
    assert store.read().files[SINGLE] == hub.files(REPO)[SINGLE]
    assert SINGLE in downloads(hub, since)


def test_a_trail_that_leads_elsewhere_is_seen_as_such(
    hub: RunningHub, store: HubStore, folder: Path
) -> None:
    """What comes out has another sha-256 than the manifest names."""
    publish(store, folder, run(1))
    store.read()
    publish(_another(store), folder, run(2))
    publish(_another(store), folder, run(3, model="other"))
    good = catching_up.trail_of(hub.files(REPO)[TRAIL])
    assert good is not None
    _replace_trail(hub, Trail(good.now, good.steps[:1]).encode())
    since = len(list(hub.requests))
    assert store.read().files[SINGLE] == hub.files(REPO)[SINGLE]
    assert SINGLE in downloads(hub, since)


def test_a_large_commit_is_not_sent_in_vain(
    hub: RunningHub, store: HubStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head has moved, which one small question tells."""
    monkeypatch.setattr(store_module, "_LARGE", 0)
    parent = store.head()
    hub.write(REPO, {"notes.txt": b"x"})
    with pytest.raises(ConflictError):
        store.commit({SINGLE: b"[]\n"}, parent=parent, message="m")
    assert {record.operation for record in hub.requests} == {"info"}


def _another(store: HubStore) -> HubStore:
    """A publisher that has read nothing yet."""
    return type(store)(
        endpoint=store.endpoint, dataset=store.dataset, branch=store.branch, token=store.token,
        create_pr=False, sleep=store.sleep, uniform=store.uniform,
    )  # fmt: skip


def _replace_trail(hub: RunningHub, trail: bytes) -> None:
    """As if the last commit had written another; it must not look like a change by hand."""
    files = {path: data for path, data in hub.files(REPO).items() if path != ".gitattributes"}
    manifest = files.pop("runs/manifest.json")
    hub.write(REPO, {"runs/manifest.json": b""})
    hub.write(REPO, {TRAIL: trail, "runs/manifest.json": manifest})

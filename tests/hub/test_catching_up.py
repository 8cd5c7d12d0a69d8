"""A publisher that was beaten to it does not read the leaderboards again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response

from benchmark.dataset import BOARD_FILES
from benchmark.derived import TRAIL, files, fitting, index
from benchmark.derived.trail import Trail
from benchmark.errors import ConflictError
from benchmark.hub import catching_up
from benchmark.hub import store as store_module
from benchmark.localhub.faults import Fault
from benchmark.plan import plan_for
from benchmark.submission import data_files
from tests.support.entries import multi_node, run, write
from tests.support.publishers import REPO

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.entry import Entry
    from benchmark.hub import HubStore
    from benchmark.localhub.call import Call
    from benchmark.localhub.faults import Proceed
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


def test_what_was_needed_once_is_asked_for_at_once(
    hub: RunningHub, store: HubStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One question for facts and one for dates; fragments say what they are by their names."""
    monkeypatch.setattr(index, "_MOST_RUNS", (1, 1_000, 10_000))
    publish(_another(store), folder / "of others", run(1), run(2))
    write(folder / "mine", "leaderboard_x.json", run(3, model="mine"))
    asked = []
    for tps in (4, 5):
        since = len(list(hub.requests))
        plan_for(store.read(), data_files(folder / "mine"), month="2026-01")
        asked.append(
            [record.operation for record in list(hub.requests)[since:]].count("paths-info")
        )
        publish(_another(store), folder / "of others", run(tps))
    assert asked == [3, 2]


@pytest.mark.parametrize("fault", ["gone", "another"])
def test_without_a_fragment_they_are_read_again(
    hub: RunningHub, store: HubStore, folder: Path, fault: str
) -> None:
    """At once where it is gone, as after `compact`; where another arrives, after some tries."""
    publish(store, folder, run(1))
    store.read()
    publish(_another(store), folder, run(2))
    trail = catching_up.trail_of(hub.files(REPO)[TRAIL])
    assert trail is not None
    fragment = trail.steps[-1].fragment

    async def act(call: Call, proceed: Proceed) -> Response:
        if not str(call.request.url).endswith(fragment):
            return await proceed()
        return Response(b"{}", 404 if fault == "gone" else 200)

    hub.faults.always(Fault("resolve", fault, act))
    since = len(list(hub.requests))
    assert store.read().files[SINGLE] == hub.files(REPO)[SINGLE]
    assert SINGLE in downloads(hub, since)
    tries = sum(record.path.endswith(fragment) for record in list(hub.requests)[since:])
    assert tries == (1 if fault == "gone" else 5)


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

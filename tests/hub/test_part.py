"""Where the manifest fits only what a publish needs is read; else, and in doubt, everything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response

from benchmark.dataset import BOARD_FILES, CARD, is_fragment, parse
from benchmark.derived import MANIFEST, TRAIL, files, fitting
from benchmark.errors import HubUnreachableError
from benchmark.localhub import failures
from benchmark.localhub.faults import Fault
from benchmark.plan import full_plan, plan_for
from benchmark.submission import data_files
from tests.support.entries import run, write
from tests.support.publishers import REPO

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.hub import HubStore
    from benchmark.leaderboard import Snapshot
    from benchmark.localhub.call import Call
    from benchmark.localhub.faults import Proceed
    from benchmark.localhub.testing import RunningHub


DERIVED = {MANIFEST, TRAIL, "runs/index/all.txt"}


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of many runs is tried with few."""
    monkeypatch.setattr(files, "FEW", 0)


@pytest.fixture
def published(store: HubStore, tmp_path: Path) -> Snapshot:
    """A dataset that a publish made, read whole."""
    write(tmp_path / "data", "leaderboard_x.json", run(1), run(2))
    before = store.read()
    plan = full_plan(before, data_files(tmp_path / "data"), month="2026-01")
    store.commit(plan.files, parent=before.revision, message="m")
    return store.read()


def asked(hub: RunningHub) -> set[str]:
    """The operations asked for since the last commit, and the paths that were downloaded."""
    records = list(hub.requests)
    last = max(at for at, record in enumerate(records) if record.operation == "commit")
    return {
        record.path.partition("/resolve/")[2].partition("/")[2] or record.operation
        for record in records[last + 1 :]
    }


def test_nothing_of_the_history_is_listed_or_read(hub: RunningHub, published: Snapshot) -> None:
    """The manifest fits, so the two boards, the card and the manifest are enough."""
    assert fitting(published)
    assert asked(hub) == {
        "info",
        "tree",
        "paths-info",
        *DERIVED,
        "README.md",
        *BOARD_FILES.values(),
    }


def test_another_attempt_lists_nothing(
    hub: RunningHub, store: HubStore, published: Snapshot
) -> None:
    """It is known by then that a part is enough; what became of the head is asked for."""
    hub.write(REPO, {"notes.txt": b"x"})
    since = len(list(hub.requests))
    now = store.read()
    assert now.revision != published.revision
    assert "tree" not in {record.operation for record in list(hub.requests)[since:]}


def test_a_dataset_that_lost_its_manifest_is_read_whole_by_who_knew_it(
    store: HubStore, published: Snapshot
) -> None:
    """What was enough a moment ago is looked at anew."""
    assert fitting(published)
    store.commit({MANIFEST: None}, parent=published.revision, message="m")
    now = store.read()
    assert MANIFEST not in now.files
    assert parse(now) == parse(published)


def test_a_new_fragment_is_not_asked_for(
    hub: RunningHub, published: Snapshot, tmp_path: Path
) -> None:
    """It has runs that the dataset has not, so it cannot be there."""
    write(tmp_path / "more", "leaderboard_x.json", run(3))
    plan = plan_for(published, data_files(tmp_path / "more"), month="2026-01")
    since = len(list(hub.requests))
    assert any(map(is_fragment, plan.files))
    assert [record.operation for record in list(hub.requests)[since:]] == []


def test_what_was_not_read_is_there_when_it_is_asked_for(
    hub: RunningHub, published: Snapshot
) -> None:
    """One file by its path, or everything at once."""
    published.ahead(["runs/index/all.txt", "retractions.jsonl", "nothing"])
    assert published.files["runs/index/all.txt"].count(b"\n") == 2
    assert published.files.get("nothing") is None
    assert not any(path.endswith(".jsonl") for path in asked(hub))
    assert parse(published).logged == {run(1).run_id, run(2).run_id}
    assert dict(published.files) == {
        path: data for path, data in hub.files(REPO).items() if path != ".gitattributes"
    }


@pytest.mark.parametrize("path", ["runs/2026-02/x.jsonl", MANIFEST, "runs/index/all.txt"])
def test_after_somebody_changed_the_history_everything_is_read(
    hub: RunningHub, store: HubStore, published: Snapshot, path: str
) -> None:
    """A file added by hand, an edit of the index, a manifest that names something else."""
    hub.write(REPO, {path: published.files[MANIFEST] if path == MANIFEST else b""})
    hub.write(REPO, {"runs/2026-02/y.jsonl": b""})
    now = store.read()
    assert fitting(now) is None
    assert "runs/2026-02/y.jsonl" in dict(now.files)


def test_an_older_copy_uploaded_over_what_came_since_is_no_commit_of_ours(
    hub: RunningHub, store: HubStore, published: Snapshot, tmp_path: Path
) -> None:
    """Its manifest fits its leaderboards, but says nothing of the runs that came since."""
    older = {path: data for path, data in hub.files(REPO).items() if path != ".gitattributes"}
    write(tmp_path / "data", "leaderboard_x.json", run(3, model="later"))
    plan = plan_for(published, data_files(tmp_path / "data"), month="2026-01")
    store.commit(plan.files, parent=published.revision, message="m")
    hub.write(REPO, older)
    write(tmp_path / "data", "leaderboard_x.json", run(4, model="last"))
    now = store.read()
    assert fitting(now) is None
    files = plan_for(now, data_files(tmp_path / "data"), month="2026-01").files
    board = files[BOARD_FILES["single"]]
    assert board is not None
    assert run(3, model="later").canonical in board
    store.commit(files, parent=now.revision, message="m")
    assert fitting(store.read())


def answering(change: bytes, to: bytes) -> Fault:
    """The Hub answers what it knows of paths otherwise."""

    async def act(_call: Call, proceed: Proceed) -> Response:
        response = await proceed()
        body = bytes(response.body)
        return Response(to if change == body[: len(change)] == b"" else body.replace(change, to))

    return Fault("paths-info", "answering", act)


@pytest.mark.parametrize(
    "fault",
    [
        *(failures.status(code, "paths-info") for code in (400, 404, 405, 500)),
        *(answering(b"", body) for body in (b"[]", b"{}", b"null", b"<html>", b"[1]")),
        answering(b"lastCommit", b"first"),
        answering(b"title", b"subject"),
        answering(b"README.md", b"other.md"),
        answering(b"size", b"length"),
        answering(BOARD_FILES["multi"].encode(), b"other.json"),
    ],
)
@pytest.mark.usefixtures("published")
def test_a_hub_that_cannot_tell_is_read_whole(
    hub: RunningHub, store: HubStore, fault: Fault
) -> None:
    """An older one, a mirror, one that leaves out what it has: never a failure."""
    hub.faults.always(fault)
    assert set(dict(store.read().files)) == set(hub.files(REPO)) - {".gitattributes"}
    assert "tree" in asked(hub)


@pytest.mark.usefixtures("published")
def test_a_hub_that_is_in_trouble_is_asked_again(hub: RunningHub, store: HubStore) -> None:
    """A history of a million runs is not read because of one failure."""
    hub.faults.next(failures.status(503, "paths-info"), times=2)
    assert fitting(store.read())
    assert not any(path.endswith(".jsonl") for path in asked(hub))


@pytest.mark.usefixtures("published")
def test_large_content_of_another_digest_is_no_content(hub: RunningHub, store: HubStore) -> None:
    """The Hub names the sha-256 of a large file; its length alone proves nothing."""
    size = len(hub.files(REPO)[MANIFEST])
    large = b'"lfs": {"oid": "%s", "size": %d}, "path": "%s"' % (b"0" * 64, size, MANIFEST.encode())
    hub.faults.always(answering(b'"path":"%s"' % MANIFEST.encode(), large))
    with pytest.raises(HubUnreachableError, match="not the content"):
        store.read()


def test_a_pull_request_carries_no_manifest(
    hub: RunningHub, store: HubStore, published: Snapshot
) -> None:
    """Two of them could not be merged one after the other, and it may fit no more by then."""
    store.create_pr = True
    files = {MANIFEST: b"{}", "runs/index/all.txt": b"", "runs/2026-01/x.jsonl": b"{}\n"}
    revision = store.commit(files, parent=published.revision, message="m")
    changed = {path for path, data in hub.files(REPO, revision).items() if data in files.values()}
    assert changed == {"runs/2026-01/x.jsonl"}


@pytest.mark.parametrize(
    ("card", "is_history_read"),
    [
        (b"", True),
        (b"# Mine\n", True),
        (b"<!-- sagellm-benchmark: by hand -->\n", False),
        (b"---\nconfigs: none of yours\n---\n", False),
    ],
)
@pytest.mark.usefixtures("published")
def test_a_card_that_lost_its_columns_takes_the_history_once(
    hub: RunningHub, store: HubStore, tmp_path: Path, card: bytes, *, is_history_read: bool
) -> None:
    """Only the runs tell which fields they have; where no columns are written nobody asks."""
    hub.write(REPO, {CARD: card})
    for tps, expected in ((3, is_history_read), (4, False)):
        afresh = replace(store)
        before = afresh.read()
        write(tmp_path / "new", "leaderboard_x.json", run(tps))
        plan = plan_for(before, data_files(tmp_path / "new"), month="2026-02")
        assert plan.files
        assert any(map(is_fragment, asked(hub))) is expected
        afresh.commit(plan.files, parent=before.revision, message="m")

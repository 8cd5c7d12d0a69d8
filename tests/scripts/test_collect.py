"""Many pull requests, one commit: what `collect` takes, refuses and closes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from huggingface_hub import CommitOperationAdd, HfApi

from benchmark.dataset import parse
from benchmark.leaderboard import Revision, Snapshot, encode_lines
from benchmark.localhub import failures
from tests.support import entries
from tests.support.publishers import (
    READ_TOKEN,
    REPO,
    SINGLE,
    WRITE_TOKEN,
    call,
    commits,
    fails_helpfully,
    held,
    submission,
)

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.entry import Entry
    from benchmark.localhub.testing import RunningHub

RUNS = [entries.run(100 + number, model=f"model-{number % 3}") for number in range(5)]


def propose(here: Path, *runs: Entry) -> int:
    """A pull request that `publish` opens; its number."""
    submission(here, *runs)
    done = call("publish", "--create-pr", "--json")
    assert done.code == 0, done.said
    return int(done.json["url"].rpartition("/")[2])


def open_ones(hub: RunningHub) -> list[int]:
    """The pull requests that are open, by the Hub's own records."""
    folder = next(hub.root.rglob("hub/discussions"))
    found = [json.loads(path.read_bytes()) for path in folder.glob("*.json")]
    return sorted(item["num"] for item in found if item["status"] == "open")


def test_many_pull_requests_become_one_commit(hub: RunningHub, here: Path) -> None:
    """Each rewrites the leaderboards, so that merging one by one would stop at the second."""
    numbers = [propose(here, run) for run in RUNS]
    assert open_ones(hub) == numbers
    done = call("collect", "--all", "--json")
    assert (done.code, done.json["changed"], commits(hub)) == (0, True, 1), done.said
    assert set(held(hub).runs) == {run.run_id for run in RUNS}
    assert open_ones(hub) == []
    alone = parse(Snapshot(Revision("0" * 40), {})).joined(RUNS)
    assert parse(Snapshot(Revision("0" * 40), dict(hub.files(REPO)))).boards == alone.boards


def test_only_months_that_differ_are_listed(
    hub: RunningHub, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the history, and however many propose something."""
    old = entries.run(1, model="old").canonical + b"\n"
    hub.write(REPO, {f"runs/2019-0{month}/{month}.jsonl": old for month in range(1, 6)})
    numbers = [propose(here, run) for run in RUNS[:3]]
    asked: list[str] = []
    listing = HfApi.list_repo_tree

    def noted(self: HfApi, repo: str, path: str, **options: Any) -> Any:
        asked.append(path)
        return listing(self, repo, path, **options)

    monkeypatch.setattr(HfApi, "list_repo_tree", noted)
    done = call("collect", "--all", "--json")
    assert (done.code, done.json["single"]["total"]) == (0, 4), done.said
    assert not any(path.startswith("runs/2019") for path in asked)
    assert asked.count("runs") == 1 + len(numbers)


def test_only_those_named_are_taken(hub: RunningHub, here: Path) -> None:
    """The others stay as they are."""
    numbers = [propose(here, run) for run in RUNS]
    done = call("collect", str(numbers[1]), str(numbers[3]))
    assert done.code == 0
    assert set(held(hub).runs) == {RUNS[1].run_id, RUNS[3].run_id}
    assert open_ones(hub) == [numbers[0], numbers[2], numbers[4]]


def test_a_dry_run_changes_nothing(hub: RunningHub, here: Path) -> None:
    """Neither the branch nor a pull request."""
    number, head = propose(here, *RUNS), hub.head(REPO)
    done = call("collect", "--all", "--dry-run", "--json")
    assert (done.code, done.json["changed"], len(done.json["single"]["added"])) == (0, True, 3)
    assert (hub.head(REPO), open_ones(hub)) == (head, [number])


def test_a_pull_request_with_a_bad_run_stays_open_beside_good_ones(
    hub: RunningHub, here: Path
) -> None:
    """Refused whole, named by its number; whatever its name says of its content."""
    good = propose(here, RUNS[0])
    bad = propose(here, RUNS[1])
    fragment = encode_lines([RUNS[2], entries.entry({"metrics.ttft_ms": -1})])
    hub.write(REPO, {"runs/2026-01/forged.jsonl": fragment}, f"refs/pr/{bad}")
    done = call("collect", "--all", "--json")
    assert (done.code, commits(hub)) == (65, 1), done.said
    assert {item["file"] for item in done.json["rejected"]} == {
        f"refs/pr/{bad}/runs/2026-01/forged.jsonl"
    }
    assert RUNS[2].run_id not in held(hub).runs
    assert (open_ones(hub), good in open_ones(hub)) == ([bad], False)


def test_a_pull_request_without_runs_is_left_alone(hub: RunningHub, here: Path) -> None:
    """Somebody improves the card."""
    assert here
    HfApi(endpoint=hub.endpoint, token=WRITE_TOKEN).create_commit(
        REPO, [CommitOperationAdd("NOTES.md", b"Better words")],
        commit_message="Better words", repo_type="dataset", create_pr=True,
    )  # fmt: skip
    head = hub.head(REPO)
    done = call("collect", "--all", "--json")
    assert (done.code, done.json["changed"]) == (0, False)
    assert (hub.head(REPO), open_ones(hub)) == (head, [1])


def test_what_landed_but_was_not_closed_is_closed_the_next_time(
    hub: RunningHub, here: Path
) -> None:
    """Closing is no part of the commit; doing all of it again is doing it once."""
    numbers = [propose(here, run) for run in RUNS[:2]]
    hub.faults.next(failures.status(503, "status"), times=2)
    first = call("collect", "--all")
    assert (first.code, open_ones(hub)) == (0, numbers)
    assert f"Pull request {numbers[0]} could not be closed" in first.said
    again = call("collect", "--all", "--json")
    assert (again.code, again.json["changed"], open_ones(hub)) == (0, False, [])
    assert commits(hub) == 1


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        ({"runs/2026-01/a.jsonl": b"{}\n" * 20_000}, 65, "too short to be entries"),
        ({"runs/2026-01/a.jsonl": b"x" * (17 * 1024 * 1024)}, 0, "adds too much"),
        ({f"runs/2026-01/{n}.jsonl": b"%d\n" % n for n in range(101)}, 0, "adds too much"),
        ({"runs/2026-01/a.jsonl": "x".encode("utf-16")}, 65, "is UTF-16"),
    ],
)
def test_a_hostile_pull_request_does_not_hold_up_the_others(
    hub: RunningHub, here: Path, files: dict[str, bytes], code: int, said: str
) -> None:
    """Anybody may open one: it stays open, and costs little."""
    good, bad = propose(here, RUNS[0]), propose(here, RUNS[1])
    hub.write(REPO, files, f"refs/pr/{bad}")
    done = call("collect", "--all")
    assert (done.code, said in done.said) == (code, True), done.said
    assert set(held(hub).runs) <= {RUNS[0].run_id, RUNS[1].run_id}
    assert (good in open_ones(hub), open_ones(hub)) == (False, [bad])


def test_who_publishes_meanwhile_is_kept(hub: RunningHub, here: Path) -> None:
    """The commit is conditional, as that of any publish."""
    propose(here, RUNS[0])
    other = b"[%b]" % RUNS[1].canonical
    hub.faults.next(failures.another_writer(lambda: hub.write(REPO, {SINGLE: other})))
    done = call("collect", "--all", "--json")
    assert (done.code, done.json["attempts"]) == (0, 2)
    assert set(held(hub).runs) == {RUNS[0].run_id, RUNS[1].run_id}


@pytest.mark.parametrize("words", [[], ["3", "--all"]])
def test_which_pull_requests_has_to_be_said(workdir: Path, words: list[str]) -> None:
    """Anybody can open one: taking all of them is a decision."""
    assert workdir
    done = call("collect", *words)
    assert done.code == 2


def test_a_hub_that_cannot_list_them_changes_nothing(hub: RunningHub, here: Path) -> None:
    """Not "there are none"."""
    propose(here, RUNS[0])
    head = hub.head(REPO)
    hub.faults.always(failures.status(503, "discussions"))
    done = call("collect", "--all")
    fails_helpfully(done, 69)
    assert hub.head(REPO) == head


def test_a_token_that_may_not_write_is_told(
    hub: RunningHub, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is closed."""
    number = propose(here, RUNS[0])
    monkeypatch.setenv("HF_TOKEN", READ_TOKEN)
    done = call("collect", "--all")
    fails_helpfully(done, 77)
    assert open_ones(hub) == [number]

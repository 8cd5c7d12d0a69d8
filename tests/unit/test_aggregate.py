"""Local results, what is pending and what is public become the data folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmark.aggregate import aggregate
from benchmark.dataset import BOARD_FILES, Dataset, Retraction
from benchmark.errors import InvalidDataError, UsageError
from benchmark.leaderboard import Revision, Snapshot, decode, encode
from benchmark.plan import plan_for
from benchmark.submission import data_files
from tests.support import real_format
from tests.support.entries import data, entry, multi_node, run, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmark.aggregate import Aggregation
    from benchmark.entry import Entry
    from benchmark.submission import SubmittedFile

SINGLE, MULTI = BOARD_FILES.values()
PLAIN = "CPU|1|gpt2|FP32|128|128"


class Folders:
    """A contributor's outputs and data folders."""

    def __init__(self, root: Path) -> None:
        """Neither exists yet."""
        self.outputs, self.data = root / "outputs", root / "hf_data"

    def result(self, item: Entry, name: str) -> None:
        """Store a result as `run` does: one object in a folder of its own."""
        folder = self.outputs / "cpu" / "gpt2" / name
        folder.mkdir(parents=True)
        (folder / "short_leaderboard.json").write_text(json.dumps(dict(item.data), indent=2))

    def aggregate(self, *public: Entry) -> Aggregation:
        """Aggregate with these public runs."""
        return aggregate(
            Dataset().joined(public), self.outputs, self.data, revision=Revision("a" * 40)
        )

    def files(self) -> dict[str, bytes]:
        """What is in the data folder."""
        return {
            path.relative_to(self.data).as_posix(): path.read_bytes()
            for path in self.data.rglob("*")
            if path.is_file()
        }

    def entries(self) -> set[str]:
        """The run ids of everything that would be pushed."""
        return {item.run_id for file in data_files(self.data) for item in file.entries}


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """An empty working directory."""
    return Folders(tmp_path)


def name_of(item: Entry) -> str:
    """The file of a run that no leaderboard holds."""
    return f"runs/leaderboard_run_{item.run_id[:16]}.json"


def test_both_leaderboards_are_written_where_there_is_nothing(folders: Folders) -> None:
    """No outputs, no data folder, nothing public: two empty files."""
    done = folders.aggregate()
    assert folders.files() == {SINGLE: b"[]\n", MULTI: b"[]\n"}
    assert (done.found, done.summary.changed) == ({"single": 0, "multi": 0}, False)
    assert set(done.written.values()) == {0}


def test_the_best_of_public_and_local_is_written(folders: Folders) -> None:
    """In the canonical file form, with the numbers people are told."""
    folders.result(run(2), "a")
    folders.result(run(1, model="new"), "b")
    folders.result(multi_node(), "c")
    done = folders.aggregate(run(1), run(5, model="other"))
    expected = encode([run(2), run(1, model="new"), run(5, model="other")])
    assert folders.files() == {SINGLE: expected, MULTI: encode([multi_node()])}
    single = done.summary.boards["single"]
    assert (single.added, single.updated) == (["CPU|1|new|FP32|128|128"], [PLAIN])
    assert (single.skipped, single.total) == (0, 3)
    assert done.found == {"single": 2, "multi": 1}
    assert done.written == {folders.data / SINGLE: 3, folders.data / MULTI: 1}


def test_the_users_numbers_come_out(folders: Folders) -> None:
    """One added, one updated, one skipped, as many in all as configurations."""
    public = real_format.eligible()
    folders.result(run(1), "new")
    folders.result(public[0], "known")
    better = json.loads(public[1].canonical)
    better["metrics"]["throughput_tps"] *= 1.1
    folders.result(entry(better), "better")
    single = folders.aggregate(*public).summary.boards["single"]
    counts = (len(single.added), len(single.updated), single.skipped, single.total)
    assert counts == (1, 1, 1, len(public) + 1)


def test_a_local_run_that_no_leaderboard_holds_gets_a_file_of_its_own(folders: Folders) -> None:
    """The loser and the one that may not be ranked go into the history when they are pushed."""
    loser, unranked = run(1), entry({"metrics.ttft_ms": 0})
    folders.result(loser, "a")
    folders.result(unranked, "b")
    done = folders.aggregate(run(2))
    assert folders.files() == {
        SINGLE: encode([run(2)]),
        MULTI: b"[]\n",
        name_of(loser): encode([loser]),
        name_of(unranked): encode([unranked]),
    }
    assert (done.summary.changed, done.summary.boards["single"].skipped) == (False, 1)
    assert [item.entry for item in done.summary.not_ranked] == [unranked]


def test_a_public_run_that_no_leaderboard_holds_is_not_pushed_again(folders: Folders) -> None:
    """Its history has it; local copies of it change nothing."""
    folders.result(run(1), "a")
    folders.aggregate(run(1), run(2), entry({"metrics.ttft_ms": 0}))
    assert folders.files() == {SINGLE: encode([run(2)]), MULTI: b"[]\n"}


def test_a_retracted_local_run_is_not_ranked(folders: Folders) -> None:
    """It is named with the reason, and kept."""
    row = Retraction(run(1).run_id, "wrong chip", "somebody", "2026-01-01")
    folders.result(run(1), "a")
    public = Dataset().joined((), [row])
    done = aggregate(public, folders.outputs, folders.data, revision=None)
    assert [item.reasons for item in done.summary.not_ranked] == [("retracted: wrong chip",)]
    assert folders.files()[SINGLE] == b"[]\n"
    assert name_of(run(1)) in folders.files()


def test_what_is_pending_in_the_data_folder_survives(folders: Folders) -> None:
    """Somebody's result that is not published yet, ranked or not, in any of its files."""
    pending = [run(9, model="theirs"), run(1), multi_node(), entry({"metrics.ttft_ms": 0})]
    write(folders.data, SINGLE, *pending[:2])
    write(folders.data, MULTI, pending[2])
    write(folders.data / "deep", "leaderboard_theirs.json", pending[3])
    folders.result(run(2), "mine")
    done = folders.aggregate(run(5, model="public"))
    assert folders.entries() >= {item.run_id for item in [*pending, run(2)]}
    assert decode(folders.files()[SINGLE], file="f") == sorted(
        [pending[0], run(2), run(5, model="public")], key=lambda item: item.config_key
    )
    assert done.found == {"single": 1, "multi": 0}


def test_aggregating_again_changes_no_byte(folders: Folders) -> None:
    """The data folder is an input too, and a fixed point."""
    for number, item in enumerate([run(1), run(2), entry({"metrics.ttft_ms": 0}), multi_node()]):
        folders.result(item, str(number))
    folders.aggregate(run(3, model="public"))
    once = folders.files()
    folders.aggregate(run(3, model="public"))
    assert folders.files() == once


@pytest.mark.parametrize(
    "content",
    [
        "[",
        "{}",
        "[1]",
        json.dumps([data(), data({"metrics.ttft_ms": -1})]),
        "<<<<<<< HEAD\n[]\n=======\n[]\n>>>>>>> other\n",
    ],
)
def test_an_unreadable_pending_file_stops_it_before_anything_is_written(
    folders: Folders, content: str
) -> None:
    """It may be somebody's result: the folder is left as it is, the file is named."""
    write(folders.data, SINGLE, run(1))
    (folders.data / MULTI).write_text(content)
    before = folders.files()
    folders.result(run(2), "a")
    with pytest.raises(InvalidDataError, match=MULTI) as caught:
        folders.aggregate()
    assert folders.files() == before
    assert {v.file for v in caught.value.violations} == {(folders.data / MULTI).as_posix()}
    assert caught.value.hint


def test_a_bad_result_is_reported_and_the_others_go_on(folders: Folders) -> None:
    """The outputs are not the contributor's last word."""
    folders.result(run(1), "good")
    folders.result(entry({"metrics.ttft_ms": -1}), "bad")
    (folders.outputs / "cut_leaderboard.json").write_text("[")
    done = folders.aggregate()
    assert decode(folders.files()[SINGLE], file="f") == [run(1)]
    assert {v.path for v in done.summary.rejected} == {"$", "$.metrics.ttft_ms"}
    assert done.found == {"single": 1, "multi": 0}


def test_a_result_nested_to_the_limit_does_not_make_the_data_folder_unreadable(
    folders: Folders,
) -> None:
    """What is written can be read by the next aggregate, or was refused."""
    deep: object = 1
    for _ in range(63):
        deep = [deep]
    folders.result(entry({"extra": deep}), "deep")
    folders.aggregate()
    assert [file.unreadable for file in data_files(folders.data)] == [(), ()]


def test_everything_is_written_in_one_step(folders: Folders) -> None:
    """A file that cannot be written leaves both leaderboards as they were."""
    folders.aggregate(run(1))
    before = folders.files()
    folders.result(run(2), "winner")
    folders.result(entry({"metrics.ttft_ms": 0}), "unranked")
    (folders.data / "runs").write_text("in the way")
    with pytest.raises(UsageError, match="Cannot write"):
        folders.aggregate(run(1))
    assert folders.files() == {**before, "runs": b"in the way"}


def test_offline_only_the_local_results_are_merged(folders: Folders) -> None:
    """There is no revision to name, and no attempts in the summary."""
    folders.result(run(1), "a")
    done = aggregate(Dataset(), folders.outputs, folders.data, revision=None)
    value = done.summary.to_json()
    assert value["revision"] is None
    assert value["changed"] is True
    assert "attempts" not in value
    assert value["single"] == {"added": [PLAIN], "updated": [], "skipped": 0, "total": 1}


def test_of_a_leaderboard_too_large_for_git_only_what_is_new_is_written(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The best of a configuration and a new one; a loser has its own file as ever."""
    monkeypatch.setattr("benchmark.aggregate.LARGEST_FOR_GIT", 1_000)
    public = [run(5), run(7, model="b"), run(9, model="c")]
    local = [run(6), run(1, model="b"), run(1, model="d"), run(9, model="c")]
    for number, item in enumerate(local):
        folders.result(item, str(number))
    done = folders.aggregate(*public)
    assert folders.files() == {
        SINGLE: encode([run(6), run(1, model="d")]),
        MULTI: b"[]\n",
        name_of(run(1, model="b")): encode([run(1, model="b")]),
    }
    assert done.reduced == {folders.data / SINGLE}
    assert done.written[folders.data / SINGLE] == 2


def test_what_is_too_large_for_git_all_the_same_is_said_and_not_that_it_was_reduced(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Offline nothing can be left out, and what is new may be too large by itself."""
    monkeypatch.setattr("benchmark.aggregate.LARGEST_FOR_GIT", 100)
    folders.result(run(6), "1")
    for public, reduced in (((), set()), ((run(7, model="b"),), {folders.data / SINGLE})):
        done = folders.aggregate(*public)
        assert done.reduced == reduced
        assert done.oversized == {folders.data / SINGLE: len(encode([run(6)]))}


def test_publishing_what_is_new_comes_to_the_same_as_publishing_all(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same files in the dataset, byte for byte, and the same labels."""
    public = [run(5), run(7, model="b"), multi_node()]
    before = Snapshot(Revision("0"), {SINGLE: encode(public[:2]), MULTI: encode(public[2:])})
    for number, item in enumerate([run(6), run(1, model="b"), run(1, model="d")]):
        folders.result(item, str(number))
    plans = []
    for largest in (1_000_000, 0):
        monkeypatch.setattr("benchmark.aggregate.LARGEST_FOR_GIT", largest)
        folders.aggregate(*public)
        plans.append(plan_for(before, data_files(folders.data), month="2026-01"))
    whole, reduced = plans
    assert whole.files == reduced.files
    assert [part.changes for part in whole.boards.values()] == [
        part.changes for part in reduced.boards.values()
    ]


def test_all_result_files_are_gone_through_by_who_watches(folders: Folders) -> None:
    """Before they are judged, so a bar that moves is time that passes."""
    for number in range(3):
        folders.result(run(number + 1), str(number))
    seen: list[int] = []

    def watch(files: Sequence[SubmittedFile]) -> Iterable[SubmittedFile]:
        for file in files:
            yield file
            seen.append(len(file.entries))

    aggregate(Dataset(), folders.outputs, folders.data, revision=None, watch=watch)
    assert seen == [1, 1, 1]

"""Every kind of file that is not what its name says, given to every verb that reads files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from benchmark.commands.common import REPO_NAME
from benchmark.leaderboard import encode
from tests.support import entries
from tests.support.hostile_files import HARMLESS, KINDS
from tests.support.publishers import call, commits, fails_helpfully, held, submission

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub
    from tests.support.publishers import Finished

pytestmark = pytest.mark.skipif(os.name == "nt", reason="it has no such files")

GOOD = entries.run(100, model="good")
ONE_AT_A_TIME = {
    "compare": ("compare", "FILE", "good.json"),
    "merge-driver": ("merge-driver", "good.json", "good.json", "FILE", "hostile.json"),
    "page": ("page", "FILE", "--output", "page.html"),
    "report": ("report", "FILE"),
}
TAKEN_BY = {
    # A file that one side does not have.
    "merge-driver": {"empty", "blanks", "byte order mark alone", "long text", "error as JSON"},
    # What does not fit the schema is shown as not ranked, with the reason.
    "page": {"error as JSON", "long text"},
}


def put(folder: Path, pattern: str) -> dict[str, str]:
    """Every hostile file in a folder; the kind of each by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {pattern.format(number): kind for number, kind in enumerate(KINDS)}
    for name, kind in names.items():
        KINDS[kind].make(folder / name)
    return names


def check(done: Finished, names: dict[str, str]) -> None:
    """Each file was refused in its own words, at its own place, and nothing broke."""
    assert "Traceback" not in done.said
    said: dict[str, list[tuple[str, str]]] = {}
    for item in done.json["rejected"]:
        name = item["file"].rpartition("/")[2]
        said.setdefault(names[name], []).append((item["path"], item["message"]))
    assert said.keys() == KINDS.keys()
    for kind, (_, path, words) in KINDS.items():
        assert any(at.startswith(path) and words in told for at, told in said[kind]), kind


def test_validate_refuses_each_in_its_own_words(workdir: Path) -> None:
    """In a folder: 65."""
    names = put(workdir / "results", "{}_leaderboard.json")
    done = call("validate", "--json", "results")
    assert done.code == 65
    check(done, names)


def test_a_device_has_no_end_that_anybody_waits_for(workdir: Path) -> None:
    """Named by its own name: 65 at once."""
    assert workdir
    done = call("validate", "/dev/zero")
    assert (done.code, "is a device" in done.said) == (65, True)


def test_publish_refuses_each_and_publishes_the_good_file(hub: RunningHub, here: Path) -> None:
    """Also under the roof of a GitHub job, which shows each on its line."""
    names = put(submission(here, GOOD) / "hf_data", "leaderboard_{}.json")
    done = call("publish", "--json")
    assert (done.code, commits(hub)) == (65, 1)
    assert set(held(hub).runs) == {GOOD.run_id}
    check(done, names)


def test_aggregate_refuses_each_and_merges_the_good_file(hub: RunningHub, here: Path) -> None:
    """And writes nothing of the bad ones."""
    names = put(here / "outputs", "{}_leaderboard.json")
    entries.write(here / "outputs", "good_leaderboard.json", GOOD)
    done = call("aggregate", "--json", "--strict")
    assert (done.code, done.json["single"]["added"]) == (65, [GOOD.label])
    assert (here / "hf_data" / "leaderboard_single.json").read_bytes() == encode([GOOD])
    check(done, names)
    assert hub.head("lab/results")


@pytest.mark.parametrize("verb", ONE_AT_A_TIME)
def test_a_verb_that_reads_files_names_the_place(workdir: Path, verb: str) -> None:
    """65, in the same words, and nothing is written."""
    entries.write(workdir, "good.json", GOOD)
    before, file = sorted(workdir.iterdir()), workdir / "hostile.json"
    words = [file.name if word == "FILE" else word for word in ONE_AT_A_TIME[verb]]
    for kind in KINDS.keys() - TAKEN_BY.get(verb, set()) - {"folder"}:
        KINDS[kind].make(file)
        done = call(*words)
        file.unlink()
        told = [line for line in done.err.splitlines() if f"::{KINDS[kind].path}" in line]
        assert done.code == 65, (kind, done.said)
        assert any(KINDS[kind].said in line for line in told), (kind, done.said)
        assert sorted(workdir.iterdir()) == before, kind


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_only_looks_odd_is_taken(workdir: Path, kind: str) -> None:
    """No editor's habit is a reason to refuse a result."""
    (workdir / "leaderboard_x.json").write_bytes(HARMLESS[kind])
    done = call("validate", "leaderboard_x.json")
    assert done.code == 0, done.said


@pytest.mark.parametrize("words", [("aggregate", "--offline"), ("publish",), ("upload",)])
def test_a_data_folder_that_leads_to_itself_is_wrong_usage(
    hub: RunningHub, here: Path, words: tuple[str, ...]
) -> None:
    """2, and no bug; the same of a name that is no text."""
    assert hub
    (here / "loop").symlink_to("loop")
    fails_helpfully(call(*words, "--data-dir", "loop"), 2)
    name = os.fsdecode(b"\xff\xfe")
    assert "bug" not in call(*words, "--data-dir", name).said


@pytest.mark.parametrize(
    "words",
    [
        *(
            ("--endpoint", url)
            for url in (
                *("http://[::1", "http://127.0.0.1:99999", "http://127.0.0.1:0", "http://:9"),
                *(
                    "http://127.0.0.1:9\nX: y",
                    "http://a b",
                    "http://127.0.0.1:9\u202e",
                    "http:///x",
                ),
                *("http://127.0.0.1:9/a?b", "http://127.0.0.1:9#c", os.fsdecode(b"http://\xff")),
            )
        ),
        *(
            ("--hf-repo", name)
            for name in ("", "../x", "a/..", "a/b.git", "-a/b", "a/b-", "a--b/c", "a/b..c", "a/b\n")
        ),
        *(("--revision", name) for name in ("", " ", "a\nb", os.fsdecode(b"\xff"))),
    ],
)
def test_what_cannot_be_a_dataset_is_wrong_usage(words: tuple[str, str], here: Path) -> None:
    """2 before anybody is asked, and neither a bug nor a Hub that cannot be reached."""
    assert here
    done = call("doctor", *words)
    assert done.code == 2, done.said
    assert "bug" not in done.said


def test_names_that_the_hub_takes_are_taken() -> None:
    """One letter, points and underscores included."""
    for name in ("a/b", "_a/b_", "a.b/c-d.e", "A1/" + "b" * 96):
        assert REPO_NAME.fullmatch(name)

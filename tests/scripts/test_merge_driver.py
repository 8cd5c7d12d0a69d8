"""Two contributors on one branch: git merges data files as we do, set up as the help says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.dataset import Dataset
from benchmark.leaderboard import decode, encode
from tests.support import entries
from tests.support.contributors import DATA, WAYS, Team, on
from tests.support.publishers import call

if TYPE_CHECKING:
    from benchmark.entry import Entry

ROOT = Path(__file__).resolve().parents[2]
DEEP = "hf_data/lab/a100/leaderboard_single.json"
X, Y, Z = (entries.run(100, model=name) for name in "xyz")
INDENTED = json.dumps([dict(Y.data)], indent=2).encode()

RUNS = st.lists(
    st.builds(
        entries.run,
        st.sampled_from([0, 90, 100]),
        st.sampled_from([70.0, 80.0]),
        model=st.sampled_from(["gpt2", "llama"]),
    )
)


def documented() -> list[str]:
    """The lines for the shell in the help."""
    lines = call("merge-driver", "--help").out.splitlines()
    return [line.strip() for line in lines if line.strip().startswith(("git config", "echo"))]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shared repository and two clones of it, in which each has done what the help says."""
    folder = tmp_path_factory.mktemp("team")
    program = folder / "sagellm-benchmark"
    start = f"PYTHONPATH='{ROOT}' exec '{sys.executable}' -m benchmark.cli"
    program.write_text(f'#!/bin/sh\n{start} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    once_per_clone, once_per_repository = documented()
    alice, bob = on(folder)
    init = ["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder / "remote")]
    subprocess.run(init, check=True, env=alice.env)
    alice.clones(once_per_clone)
    alice.does("checkout", "--quiet", "-B", "main")
    alice.shell(once_per_repository)
    alice.shares({"README.md": b"hello\n"})
    alice.does("branch", "--set-upstream-to=origin/main")
    bob.clones(once_per_clone)
    return folder


@pytest.fixture
def team(tmp_path: Path, template: Path) -> Team:
    """Two contributors of a repository of their own."""
    return on(shutil.copytree(template, tmp_path / "team"))


def test_the_documented_pattern_is_that_of_the_data_files(team: Team) -> None:
    """Whatever publish reads, at any depth, and nothing else."""
    names = [DATA, "hf_data/leaderboard_multi.json", DEEP]
    others = ["hf_data/notes.json", "leaderboard_single.json", "docs/hf_data/leaderboard_x.json"]
    told = team.bob.does("check-attr", "merge", *names, *others).splitlines()
    assert told == [
        *(f"{name}: merge: sagellm-benchmark" for name in names),
        *(f"{name}: merge: unspecified" for name in others),
    ]


@pytest.mark.parametrize("name", [DATA, DEEP])
@pytest.mark.parametrize("way", WAYS)
def test_two_changes_of_one_file_do_not_conflict(team: Team, way: str, name: str) -> None:
    """The result is canonical and holds the runs of both."""
    team.both_have({name: encode([X])})
    team.alice.shares({name: encode([X, Y])})
    team.bob.commits({name: encode([X, Z])})
    team.bob.combines(way)
    assert team.bob.read(name) == encode([X, Y, Z])
    assert team.bob.does("status", "--porcelain") == ""


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_both_add_does_not_conflict(team: Team, way: str) -> None:
    """The usual case: the file is removed after every publish."""
    team.alice.shares({DATA: encode([Y])})
    team.bob.commits({DATA: encode([Z])})
    team.bob.combines(way)
    assert team.bob.read() == encode([Y, Z])


def test_a_long_rebase_merges_at_every_step(team: Team) -> None:
    """Each commit of ours adds a run to what is there."""
    mine = [entries.run(tps, model="mine") for tps in range(1, 6)]
    team.alice.shares({DATA: encode([Y])})
    for count in range(1, 6):
        team.bob.commits({DATA: encode(mine[:count])})
    team.bob.combines("rebase")
    assert team.bob.read() == encode([Y, *mine])
    held = [len(json.loads(team.bob.does("show", f"HEAD~{n}:{DATA}"))) for n in range(6)]
    assert held == [6, 5, 4, 3, 2, 1]


def test_it_does_not_matter_which_side_merges(team: Team) -> None:
    """Same runs, same bytes."""
    team.both_have({DATA: encode([X])})
    team.alice.commits({DATA: encode([X, Y])})
    team.bob.commits({DATA: INDENTED.replace(b'"y"', b'"z"')})
    team.alice.does("fetch", str(team.bob.folder), "main")
    team.bob.does("fetch", str(team.alice.folder), "main")
    team.alice.does("merge", "FETCH_HEAD")
    team.bob.does("merge", "FETCH_HEAD")
    assert team.alice.read() == team.bob.read() == encode([X, Y, Z])


def test_a_file_that_one_side_renames_does_not_conflict(team: Team) -> None:
    """The runs of the other side follow it."""
    team.both_have({DATA: encode([X, Z])})
    (team.alice.folder / DEEP).parent.mkdir(parents=True)
    team.alice.does("mv", DATA, DEEP)
    team.alice.shares({"notes.txt": b"moved\n"})
    team.bob.commits({DATA: encode([X, Y, Z])})
    team.bob.combines("merge")
    assert team.bob.read(DEEP) == encode([X, Y, Z])
    assert not (team.bob.folder / DATA).exists()


def test_branches_that_merged_each_other_before_do_not_conflict(team: Team) -> None:
    """A criss-cross has two merge bases, which git merges first."""
    team.both_have({DATA: encode([X])})
    team.alice.shares({DATA: encode([X, Y])})
    team.bob.commits({DATA: encode([X, Z])})
    team.bob.does("push", "--quiet", "origin", "HEAD:bobs")
    for who, other in ((team.alice, "origin/bobs"), (team.bob, "origin/main")):
        who.does("fetch", "--quiet")
        who.does("merge", "--no-ff", other)
    more = [entries.run(tps, model="more") for tps in (1, 2)]
    team.alice.shares({DATA: encode([X, Y, Z, more[0]])})
    team.bob.commits({DATA: encode([X, Y, Z, more[1]])})
    team.bob.does("fetch", "--quiet")
    assert len(team.bob.does("merge-base", "--all", "HEAD", "origin/main").split()) == 2
    team.bob.combines("merge")
    assert team.bob.read() == encode([X, Y, Z, *more])


@pytest.mark.parametrize(
    ("data", "runs"),
    [
        (INDENTED, [Y]),
        (INDENTED.replace(b"\n", b"\r\n"), [Y]),
        (b"\xef\xbb\xbf" + INDENTED, [Y]),
        (encode([Y, Y]) + b"\n\n", [Y]),
        (b"[]", []),
        (b"", []),
        (b"\xef\xbb\xbf\r\n", []),
    ],
    ids=["indented", "CRLF", "byte order mark", "blank lines", "no run", "empty", "only a mark"],
)
def test_every_form_of_a_file_is_merged(team: Team, data: bytes, runs: list[Entry]) -> None:
    """As it was written before this tool, by an editor, or on Windows; on either side."""
    team.both_have({DATA: encode([X])})
    team.alice.shares({DATA: data})
    team.bob.commits({DATA: encode([X, Z])})
    team.alice.does("fetch", str(team.bob.folder), "main")
    team.alice.does("merge", "FETCH_HEAD")
    team.bob.combines("merge")
    assert team.bob.read() == team.alice.read() == encode([X, *runs, Z])


@pytest.mark.parametrize("way", ["merge", "rebase"])
@pytest.mark.parametrize("bad", [b'[{"half":', b'{"no": "list"}', b"<<<<<<< ours\n", b"\xff\xfe["])
def test_a_side_that_is_not_valid_is_an_ordinary_conflict(team: Team, way: str, bad: bytes) -> None:
    """The file is as on our side, nothing is left behind, and the words name it."""
    team.both_have({DATA: encode([X])})
    team.alice.shares({DATA: bad})
    team.bob.commits({DATA: encode([X, Z])})
    team.bob.does("fetch")
    done = team.bob.tries(way, "origin/main")
    ours = bad if way == "rebase" else encode([X, Z])
    assert (done.returncode, team.bob.read()) == (1, ours)
    assert f"CONFLICT (content): Merge conflict in {DATA}" in done.stdout
    assert f"{DATA} ({'ours' if way == 'rebase' else 'theirs'})" in done.stderr
    assert "git show :3:FILE" in done.stderr
    assert ".merge_file" not in done.stderr
    assert team.bob.does("status", "--porcelain") == f"UU {DATA}\n"


def test_a_file_that_was_published_and_removed_meanwhile_is_kept_by_adding_it(team: Team) -> None:
    """Git asks no driver where one side has no file; what it leaves in place is right."""
    team.both_have({DATA: encode([X])})
    team.alice.does("rm", DATA)
    team.alice.shares({})
    team.bob.commits({DATA: encode([X, Z])})
    team.bob.does("fetch")
    done = team.bob.tries("rebase", "origin/main")
    assert "CONFLICT (modify/delete)" in done.stdout
    assert team.bob.read() == encode([X, Z])
    team.bob.does("add", "hf_data")
    team.bob.does("rebase", "--continue")


def test_without_the_driver_git_merges_the_file_as_text(team: Team) -> None:
    """A clone that has not been set up is no worse off than before."""
    team.bob.does("config", "--unset", "merge.sagellm-benchmark.driver")
    team.alice.shares({DATA: encode([Y])})
    team.bob.commits({DATA: encode([Z])})
    team.bob.does("fetch")
    team.bob.tries("merge", "origin/main")
    assert b"<<<<<<< HEAD" in team.bob.read()


def test_three_names_are_enough(workdir: Path) -> None:
    """As it was documented first; messages then use the name of the file that they are given."""
    for name, data in (("base", b""), ("mine", encode([Y])), ("other", encode([Z]))):
        (workdir / name).write_bytes(data)
    assert call("merge-driver", "base", "mine", "other").code == 0
    assert (workdir / "mine").read_bytes() == encode([Y, Z])
    (workdir / "other").write_bytes(b"{")
    done = call("merge-driver", "base", "mine", "other")
    assert (done.code, (workdir / "mine").read_bytes()) == (65, encode([Y, Z]))
    assert "other (theirs) is not acceptable JSON" in done.err
    assert sorted(path.name for path in workdir.iterdir()) == ["base", "mine", "other"]


def test_a_side_that_cannot_be_read_is_told(workdir: Path) -> None:
    """Nothing is written."""
    (workdir / "mine").write_bytes(encode([Y]))
    assert call("merge-driver", "base", "mine", "other").code == 2
    assert (workdir / "mine").read_bytes() == encode([Y])


@settings(max_examples=50)
@given(ours=RUNS, theirs=RUNS)
def test_publishing_the_merge_is_publishing_both(ours: list[Entry], theirs: list[Entry]) -> None:
    """Law: no run of either side is lost, none is new, and the boards are the same."""
    with tempfile.TemporaryDirectory() as folder:
        base, mine, other = (Path(folder) / name for name in ("base", "mine", "other"))
        base.write_bytes(b"")
        mine.write_bytes(encode(ours))
        other.write_bytes(encode(theirs))
        assert call("merge-driver", str(base), str(mine), str(other), "name").code == 0
        merged = mine.read_bytes()
    assert merged == encode([*ours, *theirs])
    at_once = Dataset().joined(decode(merged, file="merged"))
    one_by_one = Dataset().joined(ours).joined(theirs)
    assert at_once.runs == one_by_one.runs
    assert at_once.boards == one_by_one.boards

"""`attest`: a maintainer records that a job signed a run; `gh` itself is played."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from benchmark.attestation import ATTESTATIONS, Signed, decode_attestations, signed_of
from tests.support.entries import run
from tests.support.publishers import REPO, WRITE_TOKEN, boards, call, submission

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

RUN = run(5)
WHERE = "https://github.com/lab/ci"
SIGNED = Signed(
    WHERE,
    f"{WHERE}/.github/workflows/measure.yml@refs/heads/main",
    f"{WHERE}/actions/runs/7/attempts/1",
    "self-hosted",
)
NAMES = ("sourceRepositoryURI", "buildSignerURI", "runInvocationURI", "runnerEnvironment")
ATTEST = ("attest", RUN.run_id[:12], "--repository", "lab/ci", "--by", "me")
GH = """#!{python}
import hashlib, json, os, sys
told = json.load(open({told!r}))
name = sys.argv[-1]
told["asked"] = [*sys.argv[1:-1], hashlib.sha256(open(name, "rb").read()).hexdigest()]
told["token"] = os.environ.get("HF_TOKEN")
json.dump(told, open({told!r}, "w"))
sys.stderr.write(told["err"])
sys.stdout.write(json.dumps(told["answer"]))
sys.exit(told["code"])
"""


def answer(digest: str = RUN.run_id, signed: Signed = SIGNED, **more: str) -> dict[str, Any]:
    """One result, of the form that GitHub's command line prints."""
    certificate = {**dict(zip(NAMES, signed, strict=True)), **more}
    subject = [{"name": "other", "digest": {"sha256": "0" * 64}}, {"digest": {"sha256": digest}}]
    statement = {"_type": "https://in-toto.io/Statement/v1", "subject": subject}
    result = {"signature": {"certificate": certificate}, "statement": statement}
    return {"attestation": {"bundle": {}}, "verificationResult": result}


class Gh:
    """A program of that name that says what it is told to."""

    def __init__(self, folder: Path) -> None:
        """Put it into a folder of PATH."""
        self.told = folder / "told.json"
        program = folder / "gh"
        program.write_text(GH.format(python=sys.executable, told=str(self.told)))
        program.chmod(0o755)
        self.says([answer()])

    def says(self, answered: Any, *, code: int = 0, err: str = "") -> None:
        """What it prints, and how it ends."""
        self.told.write_text(json.dumps({"answer": answered, "code": code, "err": err}))

    @property
    def was_asked(self) -> dict[str, Any]:
        """With which words, about which content, and whether it could see our token."""
        asked: dict[str, Any] = json.loads(self.told.read_text())
        return asked


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gh:
    """It is on PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return Gh(folder)


def published(here: Path) -> None:
    """The run is in the dataset."""
    submission(here, RUN)
    assert call("publish").code == 0


def test_what_was_verified_is_recorded_once_and_changes_no_leaderboard(
    hub: RunningHub, here: Path, gh: Gh
) -> None:
    """Of the very bytes of the entry; gh sees no token of the Hub's."""
    published(here)
    before = boards(hub)
    done = call(*ATTEST, "--json")
    assert (done.code, done.json["changed"], done.json["run_id"]) == (0, True, RUN.run_id)
    asked = gh.was_asked
    assert asked["asked"][:3] == ["attestation", "verify", "--repo=lab/ci"]
    assert asked["asked"][-1] == hashlib.sha256(RUN.canonical).hexdigest()
    assert asked["token"] is None
    [line] = decode_attestations(hub.files(REPO)[ATTESTATIONS])
    assert (line.run_id, *line[1:5], line.by) == (RUN.run_id, *SIGNED, "me")
    assert boards(hub) == before
    assert call(*ATTEST, "--json").json["changed"] is False
    assert call("doctor", "--json").code == 0
    assert call("rebuild", "--check").code == 0
    [row] = call("report", "--json").json["rows"]
    assert (row["tier"], row["attestations"][0]["job"]) == ("attested", SIGNED.job)
    assert f"✓ attested: {RUN.run_id[:12]}" in call("report").out


def test_a_later_publish_keeps_what_was_attested(hub: RunningHub, here: Path, gh: Gh) -> None:
    """It writes what is new, and no other file."""
    published(here)
    assert call(*ATTEST).code == 0
    line = hub.files(REPO)[ATTESTATIONS]
    submission(here, run(6))
    assert call("publish").code == 0
    assert hub.files(REPO)[ATTESTATIONS] == line
    gh.says([answer(signed=SIGNED._replace(job=f"{WHERE}/actions/runs/8/attempts/1"))])
    assert call(*ATTEST).code == 0
    assert len(hub.files(REPO)[ATTESTATIONS].splitlines()) == 2


def test_what_was_attested_is_missed_when_its_file_is_gone(
    hub: RunningHub, here: Path, gh: Gh
) -> None:
    """By the doctor and by every publish, though neither leaderboard depends on it."""
    assert gh
    submission(here, RUN)
    assert call("publish").code == 0
    assert call(*ATTEST).code == 0
    left = {path: data for path, data in hub.files(REPO).items() if path != ATTESTATIONS}
    hub.create("lab/lost", left)
    submission(here, run(6))
    done = call("publish", "--hf-repo", "lab/lost")
    assert done.code == 65
    assert ATTESTATIONS in done.err
    assert ATTESTATIONS in call("doctor", "--hf-repo", "lab/lost").out
    assert hub.files("lab/lost") == left


def test_where_a_run_came_from_goes_with_it_when_it_is_taken_down(
    hub: RunningHub, here: Path, gh: Gh
) -> None:
    """Only the id and the reason are left; and nobody attests it again."""
    published(here)
    assert call(*ATTEST).code == 0
    assert gh.was_asked["asked"]
    assert call("takedown", RUN.run_id, "--reason", "private", "--by", "me").code == 0
    assert hub.files(REPO)[ATTESTATIONS] == b""
    assert call("doctor").code == 0
    assert call(*ATTEST).code == 2


@pytest.mark.parametrize(
    ("answered", "code", "err", "expected"),
    [
        ([], 1, "no attestations found \x1b[2J for subject", 65),
        ([], 4, "To get started with GitHub CLI, please run: gh auth login", 77),
        ([answer("1" * 64)], 0, "", 65),
        ([answer(signed=SIGNED._replace(job=None))], 0, "", 65),  # type: ignore[arg-type] # none
        ({"not": "a list"}, 0, "", 65),
        ([], 0, "", 65),
    ],
)
def test_what_is_not_verified_is_not_recorded(  # noqa: PLR0913, PLR0917 - a table's columns
    answered: Any, code: int, err: str, expected: int, hub: RunningHub, here: Path, gh: Gh
) -> None:
    """Not signed, not logged in, of something else, or by nobody who is named."""
    published(here)
    gh.says(answered, code=code, err=err)
    before = hub.files(REPO)
    done = call(*ATTEST)
    assert (done.code, hub.files(REPO)) == (expected, before)
    assert "❌ " in done.err
    assert "   → " in done.err
    assert "\x1b" not in done.err
    assert WRITE_TOKEN not in done.said


def test_without_the_program_it_says_where_to_get_it(
    here: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is downloaded by itself."""
    published(here)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = call(*ATTEST)
    assert done.code == 2
    assert "https://cli.github.com" in done.err


@pytest.mark.parametrize("repository", ["ci", "--owner/x", "lab/ci/more", "lab/ci x", "-R/x;y"])
def test_a_repository_that_is_none_is_refused(repository: str, hub: RunningHub, here: Path) -> None:
    """Before anything is asked."""
    done = call("attest", RUN.run_id, f"--repository={repository}", "--by", "me")
    assert (done.code, hub.requests, here.exists()) == (2, [], True)


def test_jobs_are_told_once_in_one_order() -> None:
    """However often gh repeats them."""
    second = SIGNED._replace(job=f"{WHERE}/actions/runs/8/attempts/1")
    answers = [answer(signed=second), answer(), answer()]
    assert signed_of(answers, RUN.run_id) == [SIGNED, second]

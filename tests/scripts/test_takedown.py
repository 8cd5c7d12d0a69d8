"""`takedown` on a hub: what a run said is gone from the head and comes back by no way there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.decisions import TOMBSTONES
from benchmark.derived import PAGE, PAGE_DATA
from benchmark.derived import files as derived
from benchmark.page import builder
from tests.support import entries
from tests.support.publishers import (
    MULTI,
    REPO,
    SINGLE,
    call,
    commits,
    every_commit_is_conditional,
    fails_helpfully,
    held,
    submission,
)

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

WORDS = "somebody's private words"
BAD = entries.entry(
    {"metrics.throughput_tps": 108, "metadata.notes": WORDS, "workload.dataset": WORDS}
)
GOOD = entries.entry({"metrics.throughput_tps": 90, "workload.dataset": WORDS.upper()})
OTHER = entries.run(50, model="other")
WHY = ("--reason", "it held what is private", "--by", "lab")


@pytest.fixture(params=["few runs", "an index"], autouse=True)
def _derived(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "FEW", 0 if request.param == "an index" else 256)


def mentions(hub: RunningHub) -> list[str]:
    """The files at the head that hold its words."""
    return [path for path, data in hub.files(REPO).items() if WORDS.encode() in data]


def test_a_run_is_taken_down(hub: RunningHub, here: Path) -> None:
    """In one conditional commit; the output names ids alone, and says what is left to do."""
    submission(here, BAD, GOOD, OTHER)
    assert call("publish").code == 0
    assert mentions(hub)
    done = call("takedown", BAD.run_id[:10], *WHY, "--json")
    assert (done.code, done.json["changed"], done.json["run_ids"]) == (0, True, [BAD.run_id])
    assert mentions(hub) == []
    assert WORDS not in done.said
    assert "super_squash_history" in done.err
    assert set(held(hub).runs) == {GOOD.run_id, OTHER.run_id}
    assert every_commit_is_conditional(hub)
    assert all(WORDS not in commit.title for commit in hub.log(REPO))
    assert call("rebuild", "--check").code == 0


def test_it_comes_back_by_no_way(hub: RunningHub, here: Path) -> None:
    """Publishing an old board, aggregating results and git's merge of two old boards included."""
    submission(here, BAD, OTHER)
    assert call("publish").code == 0
    assert call("takedown", BAD.run_id, *WHY).code == 0
    before = commits(hub)
    again = call("publish", "--json")
    assert (again.code, again.json["changed"], again.json["not_ranked"]) == (0, False, 1)
    assert WORDS not in again.said
    entries.write(here / "outputs", "Q1_leaderboard.json", BAD)
    assert WORDS not in call("aggregate").said
    assert WORDS.encode() not in (here / "hf_data" / SINGLE).read_bytes()
    ours = entries.write(here / "hf_data", SINGLE, BAD)
    theirs = entries.write(here, MULTI, OTHER, BAD)
    assert call("merge-driver", str(ours), str(ours), str(theirs), SINGLE).code == 0
    assert call("publish").code == 0
    assert (mentions(hub), commits(hub)) == ([], before)


def test_it_goes_from_a_file_whose_page_was_removed(
    hub: RunningHub, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds every run of the day it was made."""
    monkeypatch.setattr(builder, "INLINE_ROWS", 1)
    submission(here, BAD, GOOD, OTHER)
    assert call("publish", "--page").code == 0
    left = {path: data for path, data in hub.files(REPO).items() if path != PAGE}
    assert PAGE_DATA in left
    hub.create("lab/without", left)
    assert call("takedown", BAD.run_id, *WHY, "--hf-repo", "lab/without").code == 0
    assert PAGE_DATA not in hub.files("lab/without")


def test_one_that_is_not_there_is_kept_out(hub: RunningHub, here: Path) -> None:
    """By all its digits: it was cut out by hand, or is still in somebody's data folder."""
    assert call("takedown", BAD.run_id, *WHY).code == 0
    submission(here, BAD, OTHER)
    assert call("publish").code == 0
    assert set(held(hub).runs) == {OTHER.run_id}
    assert mentions(hub) == []


def test_what_is_said_to_drop_earlier_revisions_can_be_run(hub: RunningHub, here: Path) -> None:
    """With the real client: earlier revisions are gone, and what stays is as it was."""
    submission(here, BAD)
    assert call("publish").code == 0
    done = call("takedown", BAD.run_id, *WHY)
    [line] = [line for line in done.out.splitlines() if "super_squash_history" in line]
    code = line.split('"')[1]
    before, files = hub.log(REPO), hub.files(REPO)
    exec(compile(code, "line", "exec"), {})  # noqa: S102 - what people are told to run
    assert len(before) > 1
    assert (len(hub.log(REPO)), hub.files(REPO)) == (1, files)


@pytest.mark.parametrize("verb", ["takedown", "retract", "confirm"])
def test_what_is_said_of_a_decision_holds_no_credential(
    hub: RunningHub, here: Path, verb: str
) -> None:
    """It is as public as what is taken down, and cannot be taken down itself."""
    submission(here, BAD)
    assert call("publish").code == 0
    before, token = commits(hub), "hf_" + "aB3dE5gH7jK9" * 3
    done = call(verb, BAD.run_id, "--reason", f"it held {token}", "--by", "lab")
    assert done.code == 2
    assert token not in done.said
    assert commits(hub) == before


def test_what_is_no_run_cannot_be_taken_down(hub: RunningHub, here: Path) -> None:
    """2, and no commit; nor when one of several is none."""
    submission(here, BAD)
    assert call("publish").code == 0
    before = commits(hub)
    fails_helpfully(call("takedown", "12345678", *WHY), 2)
    fails_helpfully(call("takedown", BAD.run_id[:8], BAD.run_id[:7], *WHY), 2)
    assert commits(hub) == before


def test_taking_down_twice_says_so(hub: RunningHub, here: Path) -> None:
    """By its first digits too, though the run is not there any more."""
    submission(here, BAD)
    assert call("publish").code == 0
    assert call("takedown", BAD.run_id, *WHY).code == 0
    tombstones = hub.files(REPO)[TOMBSTONES]
    again = call("takedown", BAD.run_id[:8], "--reason", "other", "--by", "me", "--json")
    assert (again.code, again.json["changed"]) == (0, False)
    assert "already" in again.err
    assert hub.files(REPO)[TOMBSTONES] == tombstones


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("verb", ["retract", "confirm"])
def test_of_what_was_taken_down_nothing_can_be_decided(verb: str, here: Path) -> None:
    """And it is said why: the run is known."""
    submission(here, BAD)
    assert call("publish").code == 0
    assert call("takedown", BAD.run_id, *WHY).code == 0
    done = call(verb, BAD.run_id[:12], *WHY)
    fails_helpfully(done, 2)
    assert "was taken down" in done.err


@pytest.mark.usefixtures("hub")
def test_who_confirms_what_is_retracted_is_told_that_it_stays_so(here: Path) -> None:
    """Both are kept, and the retraction counts."""
    submission(here, BAD)
    assert call("publish").code == 0
    assert call("retract", BAD.run_id, *WHY).code == 0
    done = call("confirm", BAD.run_id, *WHY)
    assert "stays retracted" in done.out

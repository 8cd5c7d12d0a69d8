"""What happens to a dataset so that a bug of one kind cannot hide; without it, all is well."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from unittest import mock

from benchmark.cleanup import blob_ids
from benchmark.derived import index
from benchmark.localhub import failures
from tests.cleanup.place import SINGLE, Place, git
from tests.jepsen.mutations import agrees_to_the_last_bit
from tests.jepsen.stage import item
from tests.jepsen.workload import run_id

if TYPE_CHECKING:
    from tests.jepsen.stage import Stage


def one_publish(stage: Stage) -> None:
    """The plainest of all."""
    stage.publish(item(100))


def a_writer_between_read_and_commit(stage: Stage) -> None:
    """Somebody else publishes another configuration after the head was read."""
    stage.publish(item(100))
    theirs = item(50, model="other")
    stage.hub.faults.next(failures.another_writer(lambda: stage.outside(theirs)))
    stage.publish(item(60, model="mine"))


def every_file_is_missing_for_once(stage: Stage) -> None:
    """A storage that lags answers 404 for what the tree names."""
    stage.publish(item(100), item(90, model="other"))
    files = len(stage.hub.files(stage.repo)) - 1
    stage.hub.faults.next(failures.status(404, "resolve"), times=files)
    stage.publish(item(60, model="mine"))


def an_answer_is_lost(stage: Stage) -> None:
    """And the commit did not land."""
    stage.hub.faults.next(failures.status(503))
    stage.publish(item(100))


def a_few_per_cent_each(stage: Stage) -> None:
    """Each is a little better, or a little worse, than the one before."""
    for tps in (100, 104, 103, 107):
        stage.publish(item(tps))


def a_tie(stage: Stage) -> None:
    """What comes later has an earlier date, and then a later one."""
    for day in (2, 1, 3):
        stage.publish(item(100, at=f"2026-01-0{day}"))


def another_program_publishes(stage: Stage) -> None:
    """It knows of no manifest; what it published is submitted here again."""
    stage.publish(item(100))
    theirs = [item(50), item(60, model="other")]
    stage.outside(*theirs)
    stage.publish(*theirs, item(70, model="mine"))


def a_run_comes_again(stage: Stage) -> None:
    """It is on no leaderboard, so that only the index knows it."""
    slow = item(50)
    stage.publish(item(100))
    stage.publish(slow)
    stage.publish(slow, item(60, model="other"))


def a_stale_contributor(stage: Stage) -> None:
    """What was read before a run was taken back is pushed afterwards."""
    best, rest = item(100), item(60, model="other")
    [run] = stage.publish(best)
    stage.publish(rest)
    read = stage.board()
    stage.decide("retract", run)
    stage.publish(*read, item(70, model="mine"))


def two_retractions(stage: Stage) -> None:
    """One after the other."""
    one, two = stage.publish(item(100), item(90))
    stage.decide("retract", one)
    stage.decide("retract", two)


def a_stale_contributor_of_what_was_taken_down(stage: Stage) -> None:
    """What was taken down is pushed again."""
    mine = item(100)
    [run] = stage.publish(mine)
    stage.publish(item(60, model="other"))
    stage.decide("takedown", run)
    stage.publish(mine, item(70, model="mine"))


def a_confirmed_run_is_challenged(stage: Stage) -> None:
    """By one that is slower, and sound by itself."""
    stage.publish(item(50))
    [run] = stage.publish(item(200, kind="doubtful"))
    stage.decide("confirm", run)
    stage.publish(item(60))


def the_better_run_is_rounded(stage: Stage) -> None:
    """Its throughput is another in its last bit than its times say."""
    runs = [item(tps) for tps in range(100, 130)]
    exact = next(run for run in runs if agrees_to_the_last_bit(run))
    stage.publish(exact)
    stage.publish(next(run for run in reversed(runs) if not agrees_to_the_last_bit(run)))


def a_confirmed_run_is_rebuilt(stage: Stage) -> None:
    """After somebody has spoilt the card, so that there is something to do."""
    stage.publish(item(50))
    [run] = stage.publish(item(200, kind="doubtful"))
    stage.decide("confirm", run)
    stage.spoil()
    stage.do("rebuild", "--publish")


def two_are_attested(stage: Stage) -> None:
    """And a third is retracted by somebody who knows of no attestations' meaning."""
    one, two, three = stage.publish(item(50), item(60, model="other"), item(70, model="third"))
    stage.attest(one)
    stage.attest(two)
    stage.decide("retract", three)


def what_is_on_the_page_is_taken_down(stage: Stage) -> None:
    """Of two; then one more comes."""
    run, _ = stage.publish(item(100), item(60, model="other"), page=True)
    stage.decide("takedown", run)
    stage.publish(item(70, model="mine"))


def an_index_of_sixteen_files(stage: Stage) -> None:
    """Runs come in until every file of it has one."""
    with mock.patch.object(index, "_MOST_RUNS", (0, 65_536, 1_048_576)):
        stage.publish(item(50))
        first: dict[str, dict[str, Any]] = {}
        while len(first) < len("0123456789abcdef"):
            one = item(60, model="other")
            first.setdefault(run_id(one)[0], one)
        stage.publish(*first.values())


def a_tie_in_two_time_zones(stage: Stage) -> None:
    """What was earlier is later as a text."""
    stage.publish(item(100, at="2026-01-01T00:30:00Z"))
    stage.publish(item(100, at="2026-01-01T02:00:00+02:00"))


def a_file_without_an_end_is_joined(stage: Stage) -> None:
    """Another program left out the end of its last line."""
    stage.publish(item(100))
    stage.outside(item(50), end=b"")
    stage.outside(item(60, model="other"))
    stage.do("compact")


def small_files_are_joined(stage: Stage) -> None:
    """After three publishes."""
    for tps in (100, 110, 120):
        stage.publish(item(tps))
    stage.do("compact")


def two_publishes_in_a_month(stage: Stage) -> None:
    """Of the same configuration; the second is better."""
    stage.publish(item(100))
    stage.publish(item(110))


def a_newer_file_before_the_clean_up(stage: Stage) -> None:
    """Between publish and clean-up somebody pushes other results to the same path."""
    mine, theirs = item(100), item(60, model="newer")
    stage.publish(mine)
    published = (stage.data / "leaderboard_single.json").read_bytes()
    place = Place(stage.folder)
    place.push({SINGLE: published})
    stage.know(theirs)
    place.push({SINGLE: json.dumps([theirs]).encode()})
    place.clean({SINGLE: blob_ids(published)})
    if SINGLE in place.files():
        stage.waiting |= set(map(run_id, json.loads(git(place.remote, "show", f"main:{SINGLE}"))))

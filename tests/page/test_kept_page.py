"""The page that a dataset keeps: what every commit leaves is what its page shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark import canonical
from benchmark.amend import amend
from benchmark.dataset import Dataset, Retraction
from benchmark.decisions import Tombstone
from benchmark.derived import PAGE, PAGE_DATA
from benchmark.doctor import examined, treated
from benchmark.errors import BenchmarkError
from benchmark.leaderboard import Revision, Snapshot, applied
from benchmark.page import PageKeeper, builder, kept, kept_facts, misfits, page_changes
from benchmark.publish import publish
from benchmark.retry import RetryPolicy
from tests.page.reading import Outline, data_of, facts_of, inflated
from tests.support.entries import entry, run
from tests.support.memory_store import (
    COMMIT_FAULTS,
    READ_FAULTS,
    STILL,
    Direct,
    MemoryHub,
    SteppedPublisher,
)
from tests.unit.test_tombstones import submitted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmark.entry import Entry
    from benchmark.leaderboard import Changes

FACTS = kept_facts("lab/results", "https://hub.example.org/datasets/lab/results", "main", "en")
MONTH = "2026-03"
A, B, C, D = (run(10 + n, model=f"model {n}") for n in range(4))
BETTER = run(99, model="model 0")
WHY = ("why", "who", "2026-03-01T00:00:00Z")


@dataclass
class Beaten(Direct):
    """A hub on which somebody is first, so often; each adds a run of theirs."""

    theirs: list[Entry] = field(default_factory=list)

    def commit(self, files: Changes, *, parent: Revision, message: str) -> Revision:
        """As Store.commit, when nobody is left who comes first."""
        if self.theirs:
            publish_to(self.hub, self.theirs.pop())
        return super().commit(files, parent=parent, message=message)


def publish_to(
    hub: MemoryHub, *runs: Entry, page: bool = False, store: Direct | None = None
) -> int:
    """How many attempts it takes to publish these runs."""
    keeper = PageKeeper(store or Direct(hub), FACTS if page else None)
    done = publish(
        keeper, [submitted(*runs)], policy=RetryPolicy(), clockwork=STILL, month=lambda: MONTH
    )
    return done.summary.attempts or 0


def amended(hub: MemoryHub, edit: Callable[[Dataset], Dataset]) -> None:
    """The dataset edited, as `retract` and `takedown` do."""
    amend(
        PageKeeper(Direct(hub)), edit,
        title="x", policy=RetryPolicy(), clockwork=STILL, month=lambda: MONTH,
    )  # fmt: skip


def shown(hub: MemoryHub) -> set[str]:
    """The runs on the page at the head."""
    return set(map(str, facts_of(hub.head.files[PAGE])["run_id"]))


def ids(*runs: Entry) -> set[str]:
    """Their run ids."""
    return {str(one.run_id) for one in runs}


@pytest.fixture(params=[0, 256], autouse=True)
def most_with_history(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """What counts as many runs."""
    monkeypatch.setattr(kept, "MOST_WITH_HISTORY", request.param)
    return int(request.param)


def test_the_page_is_part_of_the_commit_that_adds_what_it_shows() -> None:
    """There is one commit, and its page names the dataset and no time of its own."""
    hub = MemoryHub()
    publish_to(hub, A, B, page=True)
    assert len(hub.history) == 2
    about = data_of(hub.head.files[PAGE])
    assert (about["title"], about["dataset_url"]) == FACTS[:2]
    assert (about["revision"], about["generated_at"]) == (None, "")
    assert shown(hub) == ids(A, B)


def test_no_page_is_made_of_a_dataset_that_keeps_none() -> None:
    """Nobody asked for it."""
    hub = MemoryHub()
    publish_to(hub, A)
    amended(hub, lambda state: state.joined((), [Retraction(A.run_id, *WHY)]))
    assert PAGE not in hub.head.files


def test_a_page_that_stands_is_kept_up_to_date_by_whoever_commits() -> None:
    """As it describes itself, whatever the next publisher would have said."""
    hub = MemoryHub()
    publish_to(hub, A, page=True)
    publish_to(hub, B)
    assert shown(hub) == ids(A, B)
    assert data_of(hub.head.files[PAGE])["title"] == FACTS.title


def test_a_publisher_who_was_beaten_makes_the_page_of_what_the_others_left() -> None:
    """Anew at every attempt, in the same commit."""
    hub = MemoryHub()
    attempts = publish_to(hub, A, page=True, store=Beaten(hub, [B, C]))
    assert attempts == 3
    assert shown(hub) == ids(A, B, C)
    assert len(hub.history) == 4
    assert misfits(hub.head) == {}


def test_nothing_new_is_no_commit_even_where_a_page_is_asked_for() -> None:
    """The page comes with the next one."""
    hub = MemoryHub()
    publish_to(hub, A)
    publish_to(hub, A, page=True)
    assert len(hub.history) == 2
    publish_to(hub, B, page=True)
    assert shown(hub) == ids(A, B)


def test_what_was_taken_down_goes_from_the_page() -> None:
    """With every word of it; its tombstone is shown."""
    hub = MemoryHub()
    bad = entry({"metadata.notes": "private words", "model.name": "private name"})
    publish_to(hub, A, bad, page=True)
    amended(hub, lambda state: state.joined((), tombstones=[Tombstone(bad.run_id, *WHY)]))
    html = hub.head.files[PAGE]
    assert shown(hub) == ids(A)
    assert [stone["run_id"] for stone in data_of(html)["taken_down"]] == [bad.run_id]
    assert b"private" not in html
    assert "private" not in str([inflated(text) for text in Outline(html).raw["script"][1:3]])


def test_few_runs_are_all_shown_and_of_many_those_on_the_leaderboards(
    most_with_history: int,
) -> None:
    """A page of many says so, and never what it cannot know."""
    hub = MemoryHub()
    publish_to(hub, A, BETTER, B, page=True)
    about, facts = data_of(hub.head.files[PAGE]), facts_of(hub.head.files[PAGE])
    if not most_with_history:
        assert (about["kept"], shown(hub)) == ("boards", ids(BETTER, B))
        assert "community" not in facts["tier"]
    else:
        assert (about["kept"], shown(hub)) == ("runs", ids(A, BETTER, B))
        assert "community" in facts["tier"]


def test_more_results_than_fit_are_in_a_file_beside_it_for_as_long_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The page says which file, so an unchanged page has an unchanged file."""
    monkeypatch.setattr(builder, "INLINE_ROWS", 2)
    hub = MemoryHub()
    publish_to(hub, A, B, C, page=True)
    files = hub.head.files
    assert data_of(files[PAGE])["data_sha256"] == canonical.digest(files[PAGE_DATA])
    amended(hub, lambda state: state.joined((), tombstones=[Tombstone(A.run_id, *WHY)]))
    assert PAGE_DATA not in hub.head.files
    assert misfits(hub.head) == {}


def test_a_page_somebody_else_put_there_is_theirs() -> None:
    """Also one that `page` wrote; only who asks for it replaces it."""
    hub = MemoryHub()
    theirs = builder.build((), FACTS._replace(kept="")).html
    broken = b'<script type="application/json" id="page">{]</script>'
    for html in (b"<p>theirs</p>", broken, theirs):
        hub.history[-1] = Snapshot(hub.head.revision, {**hub.head.files, PAGE: html})
        assert page_changes(hub.head, {}) == {}
    publish_to(hub, A)
    assert hub.head.files[PAGE] == theirs
    publish_to(hub, B, page=True)
    assert shown(hub) == ids(A, B)


@pytest.mark.parametrize(
    "damage",
    [
        lambda files: {PAGE: files[PAGE].replace(b"<h1>", b"<h1>!")},
        lambda _: {PAGE_DATA: None},
        lambda _: {PAGE_DATA: b"{}"},
    ],
)
def test_the_doctor_sees_and_repairs_a_page_that_shows_something_else(
    damage: Callable[[Mapping[str, bytes]], Changes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the file beside it."""
    monkeypatch.setattr(builder, "INLINE_ROWS", 2)
    hub = MemoryHub()
    publish_to(hub, A, B, C, page=True)
    whole = hub.head.files
    hurt = Snapshot(hub.head.revision, applied(whole, damage(whole)))
    wrong = [check.name for check in examined(hurt) if not check.holds]
    assert wrong == ["page"]
    assert applied(hurt.files, treated(hurt, month=MONTH).changed) == whole


def test_a_file_beside_no_page_is_removed_by_the_doctor() -> None:
    """Nobody would look at it again."""
    hub = MemoryHub()
    publish_to(hub, A, page=True)
    stray = Snapshot(hub.head.revision, {**hub.head.files, PAGE_DATA: b"{}"})
    assert [check.name for check in examined(stray) if not check.holds] == ["page"]
    assert treated(stray, month=MONTH).changed == {PAGE_DATA: None}


def test_a_file_whose_page_was_removed_by_hand_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds every run of that day, also those taken down since; somebody else's is theirs."""
    monkeypatch.setattr(builder, "INLINE_ROWS", 2)
    hub = MemoryHub()
    publish_to(hub, A, B, C, page=True)
    files = {path: data for path, data in hub.head.files.items() if path != PAGE}
    alone = Snapshot(hub.head.revision, files)
    assert [check.name for check in examined(alone) if not check.holds] == ["page"]
    assert treated(alone, month=MONTH).changed == {PAGE_DATA: None}
    assert misfits(Snapshot(hub.head.revision, {**files, PAGE_DATA: b'{"mine": 1}'})) == {}


RUNS = [A, B, C, D, BETTER]
STEPS = st.tuples(
    st.integers(0, 2), st.sampled_from([*READ_FAULTS, *COMMIT_FAULTS, "none", "none"])
)


@settings(max_examples=15)
@given(st.lists(STEPS, max_size=12))
def test_at_any_revision_the_page_is_the_page_of_what_is_there(
    schedule: list[tuple[int, str]],
) -> None:
    """Law: whatever the Hub does to three publishers at once, and in whichever order."""
    hub = MemoryHub()
    publish_to(hub, A, page=True)
    publishers = [SteppedPublisher(hub, [submitted(one)], PageKeeper) for one in (B, C, BETTER)]
    for who, fault in schedule:
        if not publishers[who].done:
            known = READ_FAULTS if publishers[who].waiting_for == "read" else COMMIT_FAULTS
            publishers[who].step(fault if fault in known else "none")
    for publisher in publishers:
        publisher.finish()
    assert all(misfits(snapshot) == {} for snapshot in hub.history[1:])
    if not any(isinstance(one.outcome, BenchmarkError) for one in publishers):
        assert {str(B.run_id), str(C.run_id), str(BETTER.run_id)} <= shown(hub)


@settings(max_examples=20)
@given(st.lists(st.lists(st.sampled_from(RUNS), min_size=1), min_size=1, max_size=3), st.data())
def test_the_same_data_is_the_same_page_however_it_came(
    batches: list[list[Entry]], data: st.DataObject
) -> None:
    """Law: whoever published what in which order, and at whichever attempt."""
    one, other = MemoryHub(), MemoryHub()
    for batch in batches:
        publish_to(one, *batch, page=True)
    flat = [item for batch in batches for item in batch]
    publish_to(other, *data.draw(st.permutations(flat)), page=True)
    assert one.head.files[PAGE] == other.head.files[PAGE]
    assert misfits(one.head) == {}

"""The checker finds each of these bugs, and without them nothing to complain about."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import pytest

from benchmark.commands import common
from benchmark.derived import files as derived
from benchmark.localhub.testing import running_hub
from tests.jepsen import mutations, scenarios
from tests.jepsen.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

_REPOS = count(1)


class Case(NamedTuple):
    """A bug, what must happen for it to do harm, and the law that it breaks then."""

    mutation: Callable[[pytest.MonkeyPatch], None]
    scenario: Callable[[Stage], None]
    law: str
    manifest: bool = False


CASES = [
    Case(mutations.no_parent, scenarios.one_publish, "H2"),
    Case(mutations.retry_without_rereading, scenarios.a_writer_between_read_and_commit, "B1"),
    Case(mutations.conflict_taken_for_success, scenarios.a_writer_between_read_and_commit, "R1"),
    Case(mutations.absent_where_404, scenarios.every_file_is_missing_for_once, "B1"),
    Case(mutations.unknown_taken_for_success, scenarios.an_answer_is_lost, "R1"),
    Case(mutations.tolerant, scenarios.a_few_per_cent_each, "B1"),
    Case(mutations.tolerant, scenarios.a_few_per_cent_each, "B1", manifest=True),
    Case(mutations.first_come_first_served, scenarios.a_tie, "B1"),
    Case(mutations.unknown_fields_dropped, scenarios.one_publish, "R1"),
    Case(
        mutations.manifest_always_trusted, scenarios.another_program_publishes, "R2", manifest=True
    ),
    Case(mutations.index_not_updated, scenarios.a_run_comes_again, "R2", manifest=True),
    Case(mutations.index_not_asked, scenarios.a_run_comes_again, "R2", manifest=True),
    Case(mutations.boards_merged_on_their_own, scenarios.a_stale_contributor, "T1"),
    Case(mutations.retractions_not_joined, scenarios.two_retractions, "T1"),
    Case(
        mutations.tombstones_not_read,
        scenarios.a_stale_contributor_of_what_was_taken_down,
        "T1",
        manifest=True,
    ),
    Case(
        mutations.confirmations_not_read,
        scenarios.a_confirmed_run_is_challenged,
        "B1",
        manifest=True,
    ),
    Case(mutations.verdict_by_equality, scenarios.the_better_run_is_rounded, "B1"),
    Case(mutations.compaction_drops_a_run, scenarios.small_files_are_joined, "R2"),
    Case(
        mutations.rebuilt_without_confirmations,
        scenarios.a_confirmed_run_is_rebuilt,
        "B1",
        manifest=True,
    ),
    Case(mutations.attestations_not_read, scenarios.two_are_attested, "T1"),
    Case(mutations.attestations_not_read, scenarios.two_are_attested, "T1", manifest=True),
    Case(
        mutations.page_keeps_what_was_taken_down, scenarios.what_is_on_the_page_is_taken_down, "P1"
    ),
    Case(
        mutations.page_left_behind, scenarios.what_is_on_the_page_is_taken_down, "P1", manifest=True
    ),
    Case(
        mutations.shard_of_f_not_written, scenarios.an_index_of_sixteen_files, "D1", manifest=True
    ),
    Case(mutations.times_as_texts, scenarios.a_tie_in_two_time_zones, "B1"),
    Case(mutations.times_as_texts, scenarios.a_tie_in_two_time_zones, "B1", manifest=True),
    Case(mutations.lines_by_their_ends, scenarios.a_file_without_an_end_is_joined, "R2"),
    Case(mutations.said_not_in_the_manifest, scenarios.two_retractions, "D1", manifest=True),
    Case(mutations.clean_up_by_path, scenarios.a_newer_file_before_the_clean_up, "S1"),
    Case(mutations.fragments_in_one_file, scenarios.two_publishes_in_a_month, "R2"),
]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """One for all: every case has a dataset of its own."""
    with running_hub(tmp_path_factory.mktemp("root")) as running:
        yield running


@pytest.fixture
def stage(
    hub: RunningHub, workdir: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """A new dataset, and the environment of somebody who may write to it and does not wait."""
    repo = f"lab/results-{next(_REPOS)}"
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_REPO", repo)
    monkeypatch.setattr(common.random, "uniform", lambda low, _high: low)
    has_manifest = request.getfixturevalue("case").manifest
    monkeypatch.setattr(derived, "FEW", 0 if has_manifest else 256)
    yield Stage(hub, repo, workdir)
    hub.faults.clear()


def _name(case: Case) -> str:
    return f"{case.mutation.__name__}-{case.scenario.__name__}{'-manifest' * case.manifest}"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_seeded_bug_is_found(stage: Stage, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the law that it breaks."""
    case.mutation(monkeypatch)
    case.scenario(stage)
    found = stage.problems()
    assert any(problem.startswith(case.law) for problem in found), found


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_without_a_bug_nothing_is_found(stage: Stage, case: Case) -> None:
    """In the very same scenario."""
    case.scenario(stage)
    assert stage.problems() == []

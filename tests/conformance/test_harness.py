"""The lists stay true, and what stands between the client's tests and the Hub is only a mapping."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from benchmark.localhub.settings import Token
from tests.conformance import report
from tests.conformance.exclusions import MAJORS, excluded, expression, not_run, reasons
from tests.conformance.hub import hub
from tests.conformance.mapping import dataset_path
from tests.conformance.suite import Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = Token("hf_write_0123456789", "write", "alice")
KINDS = ("model", "dataset")


@pytest.fixture
def api(tmp_path: Path) -> Iterator[HfApi]:
    """The client at a Hub with models."""
    with hub(tmp_path / "hub", (TOKEN,)) as endpoint:
        yield HfApi(endpoint=endpoint, token=TOKEN.secret)


def test_a_model_and_a_dataset_of_one_name_are_two(api: HfApi) -> None:
    """Each has its files, its pages and its list; neither shows how it is kept."""
    for kind in KINDS:
        url = api.create_repo("alice/same", repo_type=kind)
        assert (url.repo_id, url.repo_type) == ("alice/same", kind)
        operations = [CommitOperationAdd(f"{kind}.bin", kind.encode() * 1000)]
        done = api.create_commit(
            "alice/same", operations, commit_message="add", repo_type=kind, create_pr=True
        )
        assert (done.repo_url.repo_type, done.pr_num) == (kind, 1)
        api.merge_pull_request("alice/same", 1, repo_type=kind)
        assert f"{kind}.bin" in api.list_repo_files("alice/same", repo_type=kind)
    assert [item.id for item in api.list_models()] == ["alice/same"]
    assert [item.id for item in api.list_datasets()] == ["alice/same"]
    with pytest.raises(HfHubHTTPError, match="A model repository called alice/same already"):
        api.create_repo("alice/same")


def test_a_model_is_fetched_moved_and_deleted(api: HfApi, tmp_path: Path) -> None:
    """The dataset of its name stays."""
    for kind in KINDS:
        api.create_repo("alice/same", repo_type=kind)
    api.upload_file(path_or_fileobj=b"x" * 5000, path_in_repo="a.bin", repo_id="alice/same")
    path = api.hf_hub_download("alice/same", "a.bin", cache_dir=tmp_path / "cache")
    with open(path, "rb") as file:  # noqa: PTH123 - a str, as the client gives it
        assert file.read() == b"x" * 5000
    api.move_repo("alice/same", "alice/other")
    api.delete_repo("alice/other")
    with pytest.raises(RepositoryNotFoundError):
        api.model_info("alice/same")
    assert api.dataset_info("alice/same").id == "alice/same"


@pytest.mark.parametrize(
    "path",
    [
        "/", "/api/datasets", "/api/datasets/a/b/tree/main", "/datasets/a/b/resolve/main/x",
        "/datasets/a/b.git/info/refs", "/api/whoami-v2", "/oauth/token", "/api/spaces/a/b",
        "/spaces/a/b/resolve/main/x",
    ],
)  # fmt: skip
def test_what_names_no_model_is_handed_on_as_it_is(path: str) -> None:
    """Whatever it is."""
    assert dataset_path(path) == path


@pytest.mark.parametrize("major", MAJORS)
def test_every_excluded_test_has_a_reason_and_stands_in_one_list(major: str) -> None:
    """A kind is in words, and a name once there."""
    listed = excluded(major)
    for group in listed:
        assert group.keys() <= reasons().keys()
        names = [name for names in group.values() for name in names]
        assert len(names) == len(set(names))
    assert all("::" in name for names in listed.tests.values() for name in names)
    left_out = {name for names in listed.files.values() for name in names}
    assert not [name for names in listed.tests.values() for name in names
                if name.partition("::")[0] in left_out]  # fmt: skip


def test_every_reason_is_one_for_some_test() -> None:
    """Also those that are given by a mark of the suite."""
    used = {kind for major in MAJORS for group in excluded(major) for kind in group}
    assert used | {"public-hub"} == reasons().keys()
    assert set(not_run()) <= reasons().keys()


def test_a_pattern_means_what_it_says() -> None:
    """Brackets of parameters are no pattern."""
    assert expression("a.py::test_b[*-1]") == r"a\.py::test_b\[.*\-1\]"


def result(*tests: dict[str, Any], unknown: tuple[str, ...] = ()) -> Result:
    """What a run found."""
    return Result("9.9", "1.0", list(tests), {}, list(unknown))


def test_a_failure_an_unexpected_success_and_an_unknown_name_are_wrong() -> None:
    """And so is a run without any test."""
    base = {"excluded": None, "requests": 1, "why": "it broke"}
    good = {**base, "name": "a.py::good", "outcome": "passed"}
    bad = {**base, "name": "a.py::bad", "outcome": "failed"}
    lucky = {**base, "name": "a.py::lucky", "outcome": "xpassed", "excluded": "public-hub"}
    assert [*report.wrong(result(good))] == []
    assert [*report.wrong(result(bad, lucky, unknown=("a.py::gone",)))] == [
        "9.9: excluded, but there is no such test: a.py::gone",
        "9.9: a.py::bad fails: it broke",
        "9.9: a.py::lucky is excluded, but passes",
    ]
    assert [*report.wrong(result())] == ["9.9: no test was run"]


def test_only_tests_that_ask_the_hub_count(tmp_path: Path) -> None:
    """Whatever else the suite tests is of the client alone; the reasons stand beside the names."""
    base = {"excluded": None, "requests": 3, "why": "", "outcome": "passed"}
    tests = [
        {**base, "name": "asks"},
        {**base, "name": "alone", "requests": 0},
        {**base, "name": "left out", "excluded": "public-hub", "outcome": "skipped"},
        {**base, "name": "skips", "outcome": "skipped", "requests": 0, "why": "not on Linux"},
    ]
    report.write(tmp_path, [result(*tests)])
    (found,) = json.loads((tmp_path / "conformance.json").read_text())
    assert (found["asked"], found["passed"], found["passed_without_a_hub"]) == (1, 1, 1)
    assert found["excluded"]["public-hub"]["tests"] == ["left out"]
    assert found["skipped_by_the_suite"] == {"skips": "not on Linux"}
    assert "| 9.9             | 1.0" in report.table([result(*tests)])

"""The named workloads, and how the command line names them."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import UsageError
from benchmark.measure.workload.find import find_workloads, with_prompts
from benchmark.measure.workload.workloads import QUICK, WORKLOADS, Lengths, Workload, fixed

if TYPE_CHECKING:
    from pathlib import Path

OWN = "{name: own, input_length: 8, output_length: 4}"
TABLE = {
    "short": (128, 128, 1),
    "long": (2048, 512, 1),
    "stress": (256, 256, 10),
    "streaming": (128, 256, 1),
    "batch": (128, 128, 8),
    "Q1": (32, 64, 1),
    "Q2": (512, 128, 1),
    "Q3": (128, 256, 1),
    "Q4": (256, 256, 1),
    "Q5": (32, 64, 10),
    "Q6": (512, 256, 10),
    "Q7": (256, 512, 1),
    "Q8": (192, 128, 1),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_named_workload_has_its_lengths_and_concurrency(name: str) -> None:
    """People compare results by these names, so what they mean never changes."""
    [workload] = find_workloads(name)
    found = (workload.input_length, workload.output_length, workload.concurrency)
    assert found == TABLE[name]
    assert workload.longest == sum(TABLE[name][:2])
    assert not workload.is_mixture


def test_mixed_draws_from_four_lengths_one_request_at_a_time() -> None:
    """Its lengths in an entry are the weighted means."""
    [mixed] = find_workloads("mixed")
    pairs = {(one.input, one.output) for one in mixed.lengths}
    assert pairs == {(32, 64), (128, 128), (512, 128), (256, 256)}
    assert (mixed.input_length, mixed.output_length, mixed.longest) == (211, 141, 640)
    assert (mixed.is_mixture, mixed.concurrency) == (True, 1)


SHARING = {"shared-prefix", "conversation"}


def test_all_is_every_named_workload_whose_prompts_share_nothing() -> None:
    """None is left out of the table above either."""
    expected = [name for name in WORKLOADS if name not in {*SHARING, QUICK}]
    assert [workload.name for workload in find_workloads("all")] == expected
    assert set(WORKLOADS) == {*TABLE, "mixed", QUICK, *SHARING}
    assert {name for name, workload in WORKLOADS.items() if workload.shares} == SHARING


def test_several_are_separated_by_commas_and_each_is_measured_once(tmp_path: Path) -> None:
    """Names and files mix."""
    file = tmp_path / "own.yaml"
    file.write_text(OWN)
    found = find_workloads(f"Q2, short,{file},Q2")
    assert [workload.name for workload in found] == ["Q2", "short", "own"]


def test_a_path_may_hold_commas(tmp_path: Path) -> None:
    """A file that is there is a file."""
    file = tmp_path / "a,b.yml"
    file.write_text(OWN)
    assert [workload.name for workload in find_workloads(str(file))] == ["own"]


@pytest.mark.parametrize("text", ["Q9", "", "short,", "q1", "short;long"])
def test_an_unknown_name_is_answered_with_those_there_are(text: str) -> None:
    """The hint lists every name."""
    with pytest.raises(UsageError, match="There is no workload") as caught:
        find_workloads(text)
    assert all(name in caught.value.hint for name in (*WORKLOADS, "all", ".yaml"))


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    """It is not taken for a name."""
    with pytest.raises(UsageError, match=r"Cannot read .*none\.yaml"):
        find_workloads(str(tmp_path / "none.yaml"))


def test_different_workloads_of_one_name_are_refused(tmp_path: Path) -> None:
    """Their results could not be told apart."""
    for name, length in (("a.yaml", 8), ("b.yaml", 9)):
        text = f"{{name: own, input_length: {length}, output_length: 4}}"
        (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match="Two different workloads are called own"):
        find_workloads(f"{tmp_path / 'a.yaml'},{tmp_path / 'b.yaml'}")


@given(
    st.lists(
        st.builds(Lengths, st.integers(1, 9999), st.integers(2, 9999), st.floats(0.01, 100)),
        min_size=1,
    )
)
def test_the_mean_of_a_mixture_lies_between_its_lengths(lengths: list[Lengths]) -> None:
    """And the longest is one of them."""
    workload = Workload("some", tuple(lengths))
    assert min(one.input for one in lengths) <= workload.input_length
    assert workload.output_length <= max(one.output for one in lengths)
    assert workload.longest in {one.input + one.output for one in lengths}


def test_a_workload_goes_to_another_process_and_back(tmp_path: Path) -> None:
    """The engine runs in a process of its own."""
    workload = fixed("own", 3, 4)._replace(dataset=tmp_path / "x.txt", prompts="text")
    assert pickle.loads(pickle.dumps(workload)) == workload  # noqa: S301 - our own bytes


def test_other_prompts_leave_the_lengths_alone() -> None:
    """By a word or a file."""
    short = fixed("short", 128, 128)
    assert with_prompts(short, "text") == short._replace(prompts="text")
    chat = with_prompts(short, "talks.json")
    assert (chat.prompts, str(chat.dataset), chat.lengths) == (
        "sharegpt",
        "talks.json",
        short.lengths,
    )
    assert with_prompts(chat, "random") == short


def test_prompts_need_a_known_kind_of_file_and_lengths() -> None:
    """A text has no lengths of its own."""
    with pytest.raises(UsageError, match=r"talks\.csv is no file of prompts"):
        with_prompts(fixed("own", 3, 4), "talks.csv")
    with pytest.raises(UsageError, match="has its lengths from its dataset"):
        with_prompts(Workload("own", ()), "random")

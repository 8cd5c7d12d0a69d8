"""GITHUB_OUTPUT, GITHUB_ENV, GITHUB_PATH, GITHUB_STATE and GITHUB_STEP_SUMMARY."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.action.harness.bench import shown
from tests.action.harness.command_files import CommandFileError, pairs

if TYPE_CHECKING:
    from tests.action.harness.bench import Bench
    from tests.action.harness.reports import Result


def written(bench: Bench, script: str, then: str = "true") -> Result:
    """A run of a script, and of another one in the next step."""
    return bench.job(f"- {{id: a, run: '{script}'}}\n- {{if: always(), run: '{then}'}}\n")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("a=1", [("a", "1")]),
        ("a=1\n\nb=2=3\n", [("a", "1"), ("b", "2=3")]),
        ("a= x \n", [("a", " x ")]),
        ("=1\n", [("", "1")]),
        ("a<<END\nx\n\ny=1\nEND\nb=2\n", [("a", "x\n\ny=1"), ("b", "2")]),
        ("a<<END\nEND\n", [("a", "")]),
        ("a=x<<END\n", [("a", "x<<END")]),
        ("a=1\r\n", [("a", "1\r")]),
    ],
)
def test_a_file_has_lines_and_blocks(text: str, found: list[tuple[str, str]]) -> None:
    """`name=value`, or `name<<delimiter` up to the delimiter."""
    assert pairs(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a", "Invalid format 'a'"),
        ("a<<\n", "delimiter must not be empty"),
        ("<<END\nEND\n", "Name must not be empty"),
        ("a<<END\nx\n", "Matching delimiter not found 'END'"),
        ("a<<END\nx\nEND ", "EOF marker missing new line"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(text: str, words: str) -> None:
    """In the runner's words."""
    with pytest.raises(CommandFileError, match=words):
        pairs(text)


@pytest.mark.parametrize("name", ["OUTPUT", "ENV", "STATE"])
def test_an_unreadable_file_fails_the_step(bench: Bench, name: str) -> None:
    """Although its script did not fail."""
    result = written(bench, f"echo nothing >> $GITHUB_{name}")
    assert result.step("a").exit_code == 0
    assert result.step("a").outcome == "failure"
    assert result.annotations[1].message == "Invalid format 'nothing'"


def test_outputs_are_the_steps_own(bench: Bench) -> None:
    """The last value of a name counts."""
    result = written(bench, "echo x=1 >> $GITHUB_OUTPUT; echo x=2 >> $GITHUB_OUTPUT")
    assert result.step("a").outputs == {"x": "2"}


def test_outputs_are_read_from_a_step_that_fails(bench: Bench) -> None:
    """What it wrote before stays."""
    result = written(bench, "echo x=1 >> $GITHUB_OUTPUT; exit 1")
    assert (result.step("a").outcome, result.step("a").outputs) == ("failure", {"x": "1"})


def test_the_environment_is_for_the_steps_to_come(bench: Bench) -> None:
    """Not for the step that sets it."""
    result = written(bench, "echo A=x >> $GITHUB_ENV; echo [$A]", "echo [$A]")
    assert (shown(result), result.env_after) == (["[]", "[x]"], {"A": "x"})


def test_node_options_are_not_set(bench: Bench) -> None:
    """They would run code in every action to come; the step itself has not failed."""
    result = written(bench, "echo NODE_OPTIONS=-r >> $GITHUB_ENV", "echo [$NODE_OPTIONS]")
    assert (result.outcome, shown(result)) == ("success", ["[]"])
    assert "Can't store NODE_OPTIONS" in result.annotations[0].message


@pytest.mark.parametrize("name", ["GITHUB_REF", "RUNNER_OS", "GITHUB_WORKSPACE"])
def test_what_github_says_is_not_replaced(bench: Bench, name: str) -> None:
    """The contexts win."""
    result = written(bench, f"echo {name}=x >> $GITHUB_ENV", f"echo ${name}")
    assert shown(result) != ["x"]


def test_folders_are_put_in_front_of_the_path(bench: Bench) -> None:
    """The last one first, each once, for the steps to come."""
    script = "echo /one >> $GITHUB_PATH; echo /two >> $GITHUB_PATH; echo /one >> $GITHUB_PATH"
    result = written(bench, script, "echo $PATH | cut -d: -f1,2")
    assert (shown(result), result.path_after) == (["/one:/two"], ["/one", "/two"])


def test_the_summary_is_of_all_steps(bench: Bench) -> None:
    """Each has a file of its own."""
    result = written(bench, "echo one > $GITHUB_STEP_SUMMARY", "echo two > $GITHUB_STEP_SUMMARY")
    assert result.summary == "one\ntwo\n"
    assert result.step("a").summary == "one\n"


@pytest.mark.parametrize(("more", "kept"), [(0, True), (1, False)])
def test_a_summary_of_more_than_a_mebibyte_is_dropped(bench: Bench, more: int, kept: bool) -> None:
    """As a whole, with an error; the step has not failed."""
    result = written(bench, f"head -c $((1024 * 1024 + {more})) /dev/zero > $GITHUB_STEP_SUMMARY")
    assert (result.outcome, bool(result.summary)) == ("success", kept)
    assert [note.level for note in result.annotations] == ([] if kept else ["error"])


def test_a_file_that_the_step_removes_is_empty(bench: Bench) -> None:
    """It is no error."""
    result = written(bench, "rm $GITHUB_OUTPUT $GITHUB_ENV $GITHUB_PATH $GITHUB_STEP_SUMMARY")
    assert result.outcome == "success"


def test_state_is_the_steps_own(bench: Bench) -> None:
    """Only what it has run after the job gets it."""
    result = written(bench, "echo x=1 >> $GITHUB_STATE", "env")
    assert result.step("a").state == {"x": "1"}
    assert "STATE_x" not in result.log

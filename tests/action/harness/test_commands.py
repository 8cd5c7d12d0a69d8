"""Workflow commands: what a step can say by printing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.action.harness.bench import shown
from tests.action.harness.commands import parse

if TYPE_CHECKING:
    from tests.action.harness.bench import Bench
    from tests.action.harness.reports import Result


def printed(bench: Bench, *lines: str, to: str = "1") -> Result:
    """A step that prints these lines."""
    script = "\n".join(f"echo '{line}' >&{to}" for line in lines)
    return bench.job(f"- id: a\n  run: |\n    {script}\n".replace("\necho", "\n    echo"))


@pytest.mark.parametrize(
    ("line", "name", "properties", "data"),
    [
        ("::error::x", "error", {}, "x"),
        ("  ::ERROR file=a,line=2::x", "error", {"file": "a", "line": "2"}, "x"),
        ("::error title=a%3Ab%2Cc,file=::x%0Ay%25", "error", {"title": "a:b,c"}, "x\ny%"),
        ("::error::%250A", "error", {}, "%0A"),
        ("##[warning]x", "warning", {}, "x"),
        ("text ##[warning file=a;line=1]x", "warning", {"file": "a", "line": "1"}, "x"),
        ("\u200b::error::x", "error", {}, "x"),
        ("::error::", "error", {}, ""),
    ],
)
def test_a_line_may_be_a_command(
    line: str, name: str, properties: dict[str, str], data: str
) -> None:
    """`::name key=value,…::data` begins the line, `##[name key=value;…]data` is anywhere in it."""
    assert parse(line) == (name, properties, data)


@pytest.mark.parametrize("line", ["text ::error::x", "::unknown::x", ": :error::x", "::error:x"])
def test_other_lines_are_no_commands(line: str) -> None:
    """They are shown as they are."""
    assert parse(line) is None


@pytest.mark.parametrize("level", ["error", "warning", "notice"])
@pytest.mark.parametrize("stream", ["1", "2"])
def test_a_step_annotates_the_run(bench: Bench, level: str, stream: str) -> None:
    """From either stream; it does not fail by that."""
    line = f"::{level} file=src/a.py,line=3,endLine=4,col=5,title=T::some%0Awords"
    result = printed(bench, line, to=stream)
    [note] = result.annotations
    assert (note.level, note.message, note.title) == (level, "some\nwords", "T")
    assert (note.file, note.line, note.properties["col"]) == ("src/a.py", 3, "5")
    assert (result.outcome, f"##[{level}]some\nwords" in result.log) == ("success", True)


def test_a_file_of_the_workspace_is_named_below_it(bench: Bench) -> None:
    """Others keep their full name."""
    inside, outside = f"{bench.runner.workspace}/a/b.py", "/etc/x"
    result = printed(bench, f"::error file={inside}::x", f"::error file={outside}::x")
    assert [note.file for note in result.annotations] == ["a/b.py", outside]


def test_ten_annotations_of_each_level_are_kept_for_each_step(bench: Bench) -> None:
    """The others are only in the log."""
    lines = [f"::{level}::{n}" for n in range(12) for level in ("error", "warning")]
    result = printed(bench, *lines)
    for level in ("error", "warning"):
        kept = [note.message for note in result.annotations if note.level == level]
        assert kept == [str(n) for n in range(10)]
    assert [note.message for note in result.dropped] == ["10", "10", "11", "11"]
    assert "##[error]11" in result.log


def test_the_steps_of_an_action_share_its_limit(bench: Bench) -> None:
    """The annotations belong to the step that uses it."""
    step = "- {shell: bash, run: 'for n in 1 2 3 4 5 6; do echo ::error::$n; done'}\n"
    result = bench.run(step * 2)
    assert (len(result.annotations), len(result.dropped)) == (10, 2)


def test_a_message_is_cut(bench: Bench) -> None:
    """After 4096 characters."""
    assert len(printed(bench, "::error::" + "x" * 5000).annotations[0].message) == 4096


def test_a_step_sets_outputs_and_state_by_printing(bench: Bench) -> None:
    """GitHub warns, but still does it."""
    result = printed(bench, "::set-output name=a::1", "::save-state name=b::2")
    assert (result.step("a").outputs, result.step("a").state) == ({"a": "1"}, {"b": "2"})
    assert ["deprecated" in note.message for note in result.annotations] == [True, True]


@pytest.mark.parametrize("line", ["::set-env name=A::x", "::add-path::/x", "::set-output::x"])
def test_a_command_that_is_not_allowed_fails_the_step(bench: Bench, line: str) -> None:
    """Or one that lacks a property."""
    result = printed(bench, line)
    assert (result.outcome, result.env_after, result.path_after) == ("failure", {}, [])
    assert result.annotations[0].message == f"Unable to process command '{line}' successfully."


def test_commands_can_be_stopped_until_a_word(bench: Bench) -> None:
    """In between they are text; the word is hidden, and the next step starts afresh."""
    lines = ["::stop-commands::secret-word", "::error::a", "::secret-word::", "::error::b"]
    result = printed(bench, *lines, "::stop-commands::secret-word")
    assert [note.message for note in result.annotations] == ["b"]
    stopped = "::stop-commands::***"
    assert shown(result) == [stopped, "::error::a", "::***::", stopped]


@pytest.mark.parametrize("word", ["", "error", "pause-logging"])
def test_commands_are_not_stopped_until_a_command(bench: Bench, word: str) -> None:
    """Anybody could say it."""
    assert printed(bench, f"::stop-commands::{word}").outcome == "failure"


def test_the_next_step_can_give_commands_again(bench: Bench) -> None:
    """A step stops only its own."""
    result = bench.job("- {run: 'echo ::stop-commands::word'}\n- {run: 'echo ::error::x'}\n")
    assert [note.message for note in result.annotations] == ["x"]


def test_groups_and_debugging_are_shown_as_github_does(bench: Bench) -> None:
    """Debugging is off."""
    result = printed(bench, "::group::G", "x", "::endgroup::", "::debug::hidden")
    assert result.log.endswith("##[group]G\nx\n##[endgroup]\n")


def test_commands_are_shown_after_echo_on(bench: Bench) -> None:
    """Before, a command that is carried out is not shown itself."""
    lines = ["::set-output name=a::1", "::echo::on", "::set-output name=a::2", "::echo::off"]
    assert shown(printed(bench, *lines)) == lines[2:]


def test_a_return_ends_a_line(bench: Bench) -> None:
    """What comes after it may be a command."""
    result = bench.job("""- {run: "printf 'text\\r::error::x\\n'"}""".replace("\\", "\\\\"))
    assert [note.message for note in result.annotations] == ["x"]

"""Problem matchers: output that becomes an annotation without being a command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.action.harness.bench import shown
from tests.action.harness.matchers import Matcher, load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.action.harness.bench import Bench
    from tests.action.harness.reports import Result

ONE = {"owner": "One", "severity": "warning", "pattern": [{"regexp": "^W: (.*)$", "message": 1}]}
FILE = {"regexp": r"^(\S+):(\d+):(\d+)$", "file": 1, "line": 2, "column": 3}
SAID = {"regexp": r"^  (\w+) (.*) \[(\w+)\]$", "severity": 1, "message": 2, "code": 3}
TWO = {"owner": "two", "pattern": [FILE, SAID]}
LOOP = {"owner": "loop", "pattern": [FILE, {"regexp": "^- (.*)$", "message": 1, "loop": True}]}


def matched(bench: Bench, config: dict[str, Any], script: str) -> Result:
    """A run of a script after the matcher was added."""
    text = json.dumps({"problemMatcher": [config]})
    (bench.runner.workspace / "matcher.json").write_text(text, encoding="utf-8")
    (bench.runner.workspace / "a.py").touch()
    body = script.replace("\n", "\n    ")
    return bench.job(f"- run: echo ::add-matcher::matcher.json\n- run: |\n    {body}\n")


def test_a_line_that_fits_is_an_annotation(bench: Bench) -> None:
    """In the steps to come; the line is shown as one."""
    result = matched(bench, ONE, "echo 'W: words'; echo other")
    assert [(note.level, note.message) for note in result.annotations] == [("warning", "words")]
    assert "##[warning]W: words\nother\n" in result.log


def test_colours_are_not_looked_at(bench: Bench) -> None:
    """They are taken out first."""
    result = matched(bench, ONE, r"printf '\033[31mW: red\033[0m\n'")
    assert [note.message for note in result.annotations] == ["red"]


def test_several_lines_make_one_annotation(bench: Bench) -> None:
    """They follow each other; severity and code may be of the line."""
    result = matched(bench, TWO, "echo a.py:1:2; echo '  notice words [E1]'")
    [note] = result.annotations
    assert (note.level, note.message) == ("notice", "words")
    assert note.properties == {"file": "a.py", "line": "1", "col": "2", "code": "E1"}


@pytest.mark.parametrize("between", ["echo x", "echo x >&2; true"])
def test_lines_must_follow_each_other(bench: Bench, between: str) -> None:
    """On one stream: what the other says comes in between for nobody."""
    script = f"echo a.py:1:2; {between}; echo '  error words [E1]'"
    assert len(matched(bench, TWO, script).annotations) == ("&2" in between)


def test_a_file_that_is_not_in_the_workspace_is_left_out(bench: Bench) -> None:
    """The annotation stays."""
    result = matched(bench, TWO, "echo /etc/hosts:1:2; echo '  error words [E1]'")
    assert [(note.file, note.line) for note in result.annotations] == [("", 1)]


@pytest.mark.parametrize(("config", "owner"), [(ONE, "ONE"), (TWO, "two"), (TWO, "")])
def test_a_matcher_is_removed_by_owner_or_by_file(
    bench: Bench, config: dict[str, Any], owner: str
) -> None:
    """Owners have no case."""
    command = f" owner={owner}::" if owner else "::matcher.json"
    script = f"echo '::remove-matcher{command}'\necho 'W: x'\necho a.py:1:2\necho '  error y [E1]'"
    assert matched(bench, config, script).annotations == []


def test_a_matcher_takes_the_place_of_its_owners_other_one(bench: Bench) -> None:
    """The latest one looks first."""
    text = json.dumps({"problemMatcher": [{**ONE, "severity": "error"}]})
    script = f"echo '{text}' > m.json\necho ::add-matcher::m.json\necho 'W: x'"
    assert [note.level for note in matched(bench, ONE, script).annotations] == ["error"]


def test_a_matcher_file_that_is_not_there_fails_the_step(bench: Bench) -> None:
    """As any command that cannot be carried out."""
    assert bench.job("- run: echo ::add-matcher::none.json").outcome == "failure"


def test_commands_come_before_matchers(bench: Bench) -> None:
    """A line is one or the other."""
    config = {"owner": "all", "pattern": [{"regexp": "(.+)", "message": 1}]}
    result = matched(bench, config, "echo ::notice::x")
    assert [note.level for note in result.annotations] == ["notice"]


def test_what_a_matcher_found_is_hidden_as_any_output(bench: Bench) -> None:
    """In the annotation too."""
    result = matched(bench, ONE, "echo ::add-mask::hidden\necho 'W: hidden x'")
    assert [note.message for note in result.annotations] == ["*** x"]
    assert "W: *** x" in shown(result, "nothing")[-1]


def test_the_last_pattern_may_loop(tmp_path: Path) -> None:
    """One file, several problems."""
    file = tmp_path / "matcher.json"
    file.write_text(json.dumps({"problemMatcher": [LOOP]}), encoding="utf-8")
    [config] = load(file)
    matcher = Matcher(config)
    found = [matcher.match(line) for line in ("a.py:1:2", "- x", "- y", "", "- z")]
    messages = [it and (it["file"], it["message"]) for it in found]
    assert messages == [None, ("a.py", "x"), ("a.py", "y"), None, None]

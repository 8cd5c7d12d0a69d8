"""The runner, re-implemented from its source, reads back exactly what was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmark.action import (
    ANNOTATIONS_PER_LEVEL,
    MESSAGE_LIMIT,
    SUMMARY_LIMIT,
    Annotation,
    annotate,
    inert,
    mask,
    write_outputs,
    write_summary,
)

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = {"error", "warning", "notice", "debug", "add-mask", "set-output", "save-state"}
COMMANDS |= {"stop-commands", "group", "endgroup", "echo", "add-matcher", "set-env"}
LEVELS = ("error", "warning", "notice")

# A mark that combines with a colon makes another character of it.
COLONS = re.compile("(?=::(?![\u0300-\u036f]))")

# What .NET leaves out when it compares strings by culture.
IGNORED = "\u00ad\u200b\u200d\u2060\ufeff\u034f\x00\x01\x7f"

words = st.sampled_from(["::", "##[", "error", "set-output name=x", "file=a", "%0A", "%25", "EOF"])
marks = st.sampled_from([*"]%,=\t\n\r\u0085\u2028\u0301\ud800中", "\r\n", "<<", *IGNORED])
pieces = st.one_of(words, marks)
hostile = st.lists(st.one_of(pieces, st.characters(), st.text()), max_size=30).map("".join)
one_line = hostile.map(lambda text: " ".join(text.split()))


class Command(NamedTuple):
    """What the runner makes of a line."""

    name: str
    properties: dict[str, str]
    data: str


def by_culture(text: str) -> str:
    """What is left for a comparison by culture."""
    return "".join(char for char in text if char not in IGNORED)


def parse_line(line: str) -> Command | None:
    """`ActionCommand.TryParseV2`, then `TryParse`."""
    return parse_command(by_culture(line).lstrip()) or parse_old_command(by_culture(line))


def parse_command(line: str) -> Command | None:
    """`::name key=value,key=value::data`."""
    marks = [found.start() for found in COLONS.finditer(line)]
    if marks[:1] != [0] or not (ends := [at for at in marks if at >= len("::")]):
        return None
    end = ends[0]
    name, _, properties = line[2:end].partition(" ")
    found: dict[str, str] = {}
    for pair in filter(None, properties.strip().split(",")):
        key, _, value = pair.lstrip("=").partition("=")
        if value.lstrip("="):
            found[key] = unescape(value.lstrip("="), "\r\n:,%")
    known = name.lower() in COMMANDS
    return Command(name, found, unescape(line[end + 2 :], "\r\n%")) if known else None


def parse_old_command(line: str) -> Command | None:
    """`##[name key=value;key=value]data`, anywhere in a line."""
    found = re.search(r"##\[([^\]]*?)(?: ([^\]]*))?\](.*)", line, re.DOTALL)
    known = found and found[1].lower() in COMMANDS
    return Command(found[1], {}, found[3]) if found and known else None


def unescape(text: str, characters: str) -> str:
    """Each escape in turn, the percent sign last, as the runner does it."""
    for char in characters:
        text = text.replace(f"%{ord(char):02X}", char)
    return text


def parse_log(text: str) -> list[Command]:
    """The commands in a step's output; .NET ends a line at any of three marks."""
    lines = re.split(r"\r\n|\r|\n", text)
    return [command for line in lines if (command := parse_line(line))]


def parse_file(text: str) -> dict[str, str]:
    """`FileCommandManager`: `name<<mark`, the value, the mark; or `name=value`."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in filter(None, lines):
        at_equals, at_mark = line.find("="), line.find("<<")
        if at_equals >= 0 and (at_mark < 0 or at_equals < at_mark):
            name, _, found[name] = line.partition("=")
            continue
        name, mark = line.split("<<", 1)
        value = []
        while (inner := next(lines)) != mark:
            value.append(inner)
        found[name] = "\n".join(value)
    return found


def utf8(text: str) -> str:
    """`text` as a file can hold it: a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


@given(text=hostile)
@example("::error::forged")
@example(" \t::add-mask::x")
@example("fine so far\r::set-output name=revision::forged")
@example("progress ##[error]forged")
@example("\u00ad::error::forged")
@example("#\u200b#[error]forged")
def test_no_text_makes_the_runner_obey_once_it_is_inert(text: str) -> None:
    """Not at the start of a line, not in its middle, not behind invisible characters."""
    assert parse_log(inert(text)) == []


@given(text=st.text(st.characters(exclude_characters=":#")))
def test_text_without_commands_is_printed_as_it_is(text: str) -> None:
    """Only what the runner would obey is changed."""
    assert inert(text) == text


@given(level=st.sampled_from(LEVELS), message=hostile, title=one_line, file=one_line)
@example("error", "\u0301 ,file=README.md,title=forged::fake", "title", "hf_data/a.json")
@example("error", "first\r\n::error::forged", "a,file=b::c", "a:b,c%2C")
def test_an_annotation_is_read_back_as_one_command_with_its_own_properties(
    level: str, message: str, title: str, file: str
) -> None:
    """Whatever the contributor's text, level, file, line and title are ours."""
    item = Annotation(level, message, title=title, file=file, line=7)  # type: ignore[arg-type]
    lines = annotate([item])
    assert len(parse_log("\n".join(lines))) == 1
    command = parse_line(lines[0])
    assert command is not None
    assert command.name == level
    expected = {"file": bare(file), "line": "7", "title": bare(title)}
    assert {name: bare(value) for name, value in command.properties.items()} == {
        name: value for name, value in expected.items() if value
    }


def bare(value: str) -> str:
    """A property without what the runner drops: blanks around it, and `=` in front."""
    return by_culture(value).strip().lstrip("=").strip()


@given(message=st.text(st.characters(exclude_characters=IGNORED, exclude_categories=["Cs"])))
def test_the_message_of_an_annotation_arrives_whole(message: str) -> None:
    """Lines and percent signs included."""
    command = parse_line(annotate([Annotation("notice", f"Said: {message}")])[0])
    assert command == Command("notice", {}, f"Said: {message}")


def test_a_message_is_cut_where_the_runner_would_cut_it() -> None:
    """It counts UTF-16 code units; no character is cut in two."""
    command = parse_line(annotate([Annotation("error", "x" + "𝄞" * MESSAGE_LIMIT)])[0])
    assert command is not None
    assert command.data == "x" + "𝄞" * (MESSAGE_LIMIT // 2 - 1) + "…"


def test_too_many_annotations_are_joined_file_by_file() -> None:
    """A file with many faults does not hide the fault of another."""
    items = [Annotation("error", f"e{i}", file="a.json", line=i + 1) for i in range(25)]
    lines = annotate([*items, Annotation("error", "other", file="b.json")])
    commands = [parse_line(line) for line in lines]
    assert [command.properties["file"] for command in commands if command] == ["a.json", "b.json"]
    assert commands[0]
    assert commands[0].data.split("\n") == [item.message for item in items]


def test_annotations_beyond_the_limit_are_counted_level_by_level() -> None:
    """GitHub would drop them silently."""
    items = [Annotation("error", "bad", file=f"{i}.json") for i in range(25)]
    items += [Annotation("warning", f"w{i}") for i in range(ANNOTATIONS_PER_LEVEL)]
    lines = annotate(items)
    assert lines[:9] == [f"::error file={i}.json::bad" for i in range(9)]
    assert lines[9].startswith("::error::16 more")
    assert lines[10:] == [f"::warning::w{i}" for i in range(10)]


@given(token=st.text(min_size=1))
def test_a_masked_token_is_masked_whole(token: str) -> None:
    """A blank one is not announced: the runner would complain."""
    line = mask(token)
    data = parse_command(line).data if line else token.strip()  # type: ignore[union-attr]
    assert data == (token if token.strip() else "")


@given(values=st.dictionaries(st.from_regex(r"[a-z][a-z-]{0,9}", fullmatch=True), hostile))
@example({"url": "x\nend-\nchanged=true\nEOF\n"})
def test_outputs_are_read_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]
) -> None:
    """No value can end early, add a key or change another."""
    file = tmp_path_factory.mktemp("output") / "file"
    write_outputs({"GITHUB_OUTPUT": str(file)}, {"before": "1"})
    write_outputs({"GITHUB_OUTPUT": str(file)}, values)
    read_back = parse_file(file.read_bytes().decode())
    assert read_back == {"before": "1"} | {name: utf8(value) for name, value in values.items()}


def test_outputs_and_summary_outside_of_a_runner_write_nothing(workdir: Path) -> None:
    """The same command runs on a laptop."""
    write_outputs({}, {"revision": "abc"})
    write_summary({"GITHUB_STEP_SUMMARY": ""}, "# Title")
    assert list(workdir.iterdir()) == []


def test_a_summary_is_added_to_what_is_there(tmp_path: Path) -> None:
    """Two parts of a step may each write one."""
    env = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    write_summary(env, "# One")
    write_summary(env, "# Two\ud800")
    assert (tmp_path / "summary").read_text(encoding="utf-8") == "# One\n# Two?\n"


@pytest.mark.parametrize("line", ["| cell | 中文 |\n", "x" * 400_000 + "\n"])
def test_a_summary_too_long_for_github_is_cut_at_a_line_and_says_so(
    tmp_path: Path, line: str
) -> None:
    """The runner would drop it whole."""
    file = tmp_path / "summary"
    env = {"GITHUB_STEP_SUMMARY": str(file)}
    write_summary(env, "# Title\n" + line * (SUMMARY_LIMIT // len(line.encode())))
    write_summary(env, line * 9)
    text = file.read_bytes()
    assert len(text) <= SUMMARY_LIMIT
    body, _, note = text.decode().partition("\n\n_The rest is left out")
    assert "1 MiB" in note
    assert set(body.splitlines(keepends=True)[1:-1]) == {line}


def test_a_full_summary_takes_nothing_more(tmp_path: Path) -> None:
    """One byte too many would lose everything that is there."""
    file = tmp_path / "summary"
    file.write_bytes(b"x" * SUMMARY_LIMIT)
    write_summary({"GITHUB_STEP_SUMMARY": str(file)}, "more")
    assert file.stat().st_size == SUMMARY_LIMIT

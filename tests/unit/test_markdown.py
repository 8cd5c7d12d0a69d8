"""The Markdown of a summary: the right rows, and nobody's text taken for Markdown or HTML.

The oracle is markdown-it, a CommonMark parser, with GitHub's tables and strike-through.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from benchmark.cleanup import Cleanup
from benchmark.dataset import Dataset
from benchmark.errors import Violation
from benchmark.i18n import translator
from benchmark.leaderboard import Revision
from benchmark.markdown import Deed, failure, job_summary, leaderboard_table, number, tables
from benchmark.merge import leaderboard_of
from benchmark.summary import Remark, Summary, board_summaries
from benchmark.text import code_cell, one_line, table_cell
from benchmark.trust import trusts
from tests.support.entries import entry, multi_node, run

if TYPE_CHECKING:
    from markdown_it.token import Token

    from benchmark.entry import Entry

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
CLEAN = Cleanup()
URL = "https://hub.example/datasets/me/results"

MARKS = (
    *("|", "\\|", "\\", "`", "``", "<b>", "<!--", "-->", "&lt;", "&#124;", "**", "~~", "[x](y)"),
    *("![i](j)", "\n", "\r\n", "\n\n# h\n", "<https://a.b>", "$x$", "---", "| --- |", "> ", "- "),
)
hostile = st.lists(st.sampled_from(MARKS) | st.text(max_size=5), max_size=12).map("".join)


def summary(before: Dataset, submitted: list[Entry], **changes: Any) -> Summary:
    """The summary of adding `submitted` to `before`."""
    after = before.joined(submitted)
    fields: dict[str, Any] = {
        "revision": Revision("0123456789abcdef" * 2 + "01234567"),
        "changed": True,
        "boards": board_summaries(before, after, submitted),
        "rejected": (),
        "not_ranked": (),
        "attempts": 2,
        "url": URL,
    }
    return Summary(**{**fields, **changes})


def cells(markdown: str) -> list[list[Token]]:
    """The inline tokens of every cell of every table."""
    tokens = PARSER.parse(markdown)
    return [
        tokens[index + 1].children or []
        for index, token in enumerate(tokens)
        if token.type in {"td_open", "th_open"}
    ]


def words_of(cell: list[Token]) -> str:
    """What a reader sees of a cell that is text, and at most our own tags around a character."""
    text = ("text", "code_inline")
    others = {token.content for token in cell if token.type not in text}
    assert others <= {"<span>", "</span>"}, cell
    return "".join(token.content for token in cell if token.type in text)


def rows(markdown: str, width: int) -> list[list[str]]:
    """The cells of the tables, as read, by rows of this width."""
    read = [words_of(cell) for cell in cells(markdown)]
    return [read[start : start + width] for start in range(0, len(read), width)]


def told(made: Summary, deed: Deed = Deed.PUBLISHED, cleaned: Cleanup = CLEAN, **lines: int) -> str:
    """The job summary in English; `lines` by the file that a violation is in."""
    known = {item: lines[item.file] for item in made.rejected if item.file in lines}
    return job_summary(str, made, deed, known, cleaned)


def test_a_job_summary_says_what_changed_and_where() -> None:
    """A row for each change, old and new figures, who it is from; then the totals."""
    before = Dataset().joined([run(100, 80), run(5, model="b")])
    text = told(summary(before, [run(150, 60), run(2000, model="c"), multi_node()]))
    assert text.startswith(f"## ✅ Published: [01234567]({URL})\n\n2 new · 1 better\n")
    assert text.endswith("\nOn the leaderboards: single 3, multi 1 · attempts: 2\n")
    assert rows(text, 5)[1:] == [
        ["🆕", "CPU|1|c|FP32|128|128", "2,000", "80", "somebody"],
        ["⬆️", "CPU|1|gpt2|FP32|128|128", "100 → 150 (+50.0%)", "80 → 60 (-25.0%)", "somebody"],
        ["🆕", "CPU|1|gpt2|FP32|128|128|nodes=2|tp=4", "100", "80", "somebody"],
    ]


def test_a_job_summary_of_nothing_says_so() -> None:
    """No empty tables, and no sentence about nothing."""
    text = told(summary(Dataset(), [], changed=False))
    assert text.split("\n\n") == [
        f"## ✅ Nothing new to publish: [01234567]({URL})",
        "On the leaderboards: single 0, multi 0 · attempts: 2\n",
    ]


def test_a_job_summary_lists_rejections_and_unranked_entries() -> None:
    """Each with its place and its reason."""
    unranked = (Remark(entry({"model.name": "slow"}), ("ttft_ms is not above 0", "retracted: x")),)
    rejected = (Violation("a", "$[0].metrics", "is 1."), Violation("b.json", "$", "is 2."))
    text = told(summary(Dataset(), [], rejected=rejected, not_ranked=unranked), a=7)
    read = [words_of(cell) for cell in cells(text)]
    assert read == [
        *("File", "Line", "Where", "What is wrong"),
        *("a", "7", "$[0].metrics", "is 1."),
        *("b.json", "–", "$", "is 2."),
        *("Configuration", "Why", "Contributor"),
        *("CPU|1|slow|FP32|128|128", "ttft_ms is not above 0; retracted: x", "somebody"),
    ]
    assert "1 not ranked · **files rejected: 2**" in text


@pytest.mark.parametrize("deed", Deed)
def test_a_job_summary_whose_every_file_is_rejected_begins_with_that(deed: Deed) -> None:
    """A green heading over red rows would be overlooked."""
    made = summary(Dataset(), [], changed=False, rejected=(Violation("a", "$", "is 1."),))
    assert told(made, deed).startswith("## ❌ Rejected")


@pytest.mark.parametrize("changed", [True, False])
def test_every_deed_has_a_heading_of_its_own(changed: bool) -> None:
    """What would be done must not read as if it were done."""
    heads = {told(summary(Dataset(), [], changed=changed), deed).split(":")[0] for deed in Deed}
    assert len(heads) == len(Deed)


def test_a_job_summary_says_what_became_of_the_files_in_git() -> None:
    """Removed, kept, and why some are still there."""
    cleaned = Cleanup(("a", "b"), ("c",), None, "the branch is <protected>", "pass a token")
    text = told(summary(Dataset(), [run(1)]), cleaned=cleaned)
    assert "files removed from git: 2 · files kept in git, changed since: 1" in text
    assert "⚠️ the branch is &#60;protected&#62;\n\n**What to do:** pass a token\n" in text


def test_a_job_summary_speaks_chinese() -> None:
    """Nothing but names and figures stays as it is."""
    made = summary(
        Dataset(),
        [run(1)],
        rejected=(Violation("f", "$", "m"),),
        not_ranked=(Remark(run(1), ("r",)),),
    )
    cleaned = Cleanup(("a",), ("b",), None, "w", "h")
    text = job_summary(translator("zh"), made, Deed.PUBLISHED, {}, cleaned)
    words = set(re.findall(r"[A-Za-z]{3,}", re.sub(r"\(.*?\)|CPU.*?128|&#\d+;", "", text)))
    assert words <= {"TTFT", "tok", "single", "multi", "somebody", "git"}


def test_a_failure_says_what_happened_and_what_to_do() -> None:
    """With every violation where there are some, and nobody's text as Markdown."""
    text = failure(str, "It is **broken**.", "Mend <it>.", [Violation("a", "$", "is 1.")])
    assert text.startswith("## ❌ Not done\n\nIt is &#42;&#42;broken&#42;&#42;.\n\n### Rejected\n")
    assert text.endswith("\n\n**What to do:** Mend &#60;it&#62;.\n")
    assert failure(str, "It is broken.", "", []) == "## ❌ Not done\n\nIt is broken.\n"


def test_a_long_table_is_cut_and_says_by_how_much() -> None:
    """A page of GitHub has a limit."""
    lines = tables.table(["n"], ([f"{n}"] for n in range(203)), more="… and {count} more")
    assert len(lines) == 2 + 200 + 1
    assert lines[-1] == "| … and 3 more |"
    board = leaderboard_of([run(1)])
    trust = trusts(Dataset().joined(board.values()))
    assert leaderboard_table(str, board, {}, trust).splitlines()[3:] == []
    assert leaderboard_table(str, board, {}, trust, 5).splitlines()[3:] == ["| … and 5 more |"]


@given(hostile)
@example("a | b\n| --- |\n<script>alert(1)</script> **x** `y` [z](http://e.org) \\")
def test_no_text_breaks_a_table_or_becomes_markdown(text: str) -> None:
    """Every cell holds exactly the text that was written, as text."""
    table = f"| h | i |\n|---|---|\n| {table_cell(text)} | last |\n"
    tokens = PARSER.parse(table)
    assert [token.type for token in tokens].count("td_open") == 2
    assert {"table_open"} == {t.type for t in tokens if t.level == 0 and t.nesting == 1}
    expected = one_line(text, 120).strip()
    assert [words_of(cell) for cell in cells(table)] == ["h", "i", expected, "last"]


@given(hostile)
@example("a | b\n| --- |\n<script>alert(1)</script> **x** `y` ``z`` @me [z](http://e.org) \\")
@example("`")
@example("\\|\\")
def test_a_code_span_holds_any_text_and_no_entity(text: str) -> None:
    """Read back it is the text, but for a backslash that would set a pipe free."""
    shown = code_cell(text)
    assert "&#" not in shown or "&#" in text
    tokens = PARSER.parse(f"| h | i |\n|---|---|\n| {shown} | last |\n")
    assert [token.type for token in tokens].count("td_open") == 2
    read = [words_of(cell) for cell in cells(f"| h | i |\n|---|---|\n| {shown} | last |\n")]
    assert read[3] == "last"
    expected = one_line(text, 120).replace("\\|", "\\ |").rstrip("\\").strip()
    assert read[2].strip() == (expected or "–")


@given(hostile, hostile, hostile)
def test_no_contributors_text_changes_the_shape_of_a_summary(
    model: str, submitter: str, reason: str
) -> None:
    """Names, submitters, file names, keys and reasons: the same blocks as with plain ones."""

    def blocks(model: str, submitter: str, reason: str) -> list[str]:
        item = entry({"model.name": model, "metadata.submitter": submitter})
        made = summary(
            Dataset(),
            [item],
            rejected=(Violation(submitter, f"$[{model}]", reason),),
            not_ranked=(Remark(item, (reason,)),),
        )
        text = told(made) + failure(str, reason or "r", model, made.rejected)
        assert all(words_of(cell) is not None for cell in cells(text))
        return [token.type for token in PARSER.parse(text)]

    assert blocks(model or "m", submitter, reason) == blocks("gpt2", "me", "slow")


@pytest.mark.parametrize("text", ["www.example.org/x", "see www.example.org", "(www.example.org"])
def test_an_address_without_a_scheme_is_no_link(text: str) -> None:
    """GitHub links whatever begins with "www." (https://github.github.com/gfm/#autolinks-extension-)."""
    assert not re.search(r"(?<![\w/])www\.", table_cell(text))


def test_an_address_of_a_mailbox_is_no_link() -> None:
    """GitHub finds them in text whose entities are decoded already; a tag in between helps."""
    [cell] = cells(f"| {table_cell('me@example.org')} |\n|---|\n")
    texts = [token.content for token in cell if token.type == "text"]
    assert words_of(cell) == "me@example.org"
    assert not any(re.search(r"\w@\w", text) for text in texts)


def test_the_leaderboard_as_a_table() -> None:
    """In the order it is given, figures for people, and nothing where nothing was measured."""
    slow = entry(
        {
            "model.name": "b",
            "metrics.tpot_ms": None,
            "metadata.submitter": None,
            "metrics.ttft_ms": 1234.5,
        }
    )
    board = leaderboard_of([slow, entry({"model.name": "a"})])
    doubts = {board[slow.config_key].run_id: ("it is | odd", "twice")}
    trust = trusts(Dataset().joined(board.values()))
    odd = "⚠ doubtful: it is | odd; twice"
    assert rows(leaderboard_table(str, board, doubts, trust), 8)[1:] == [
        ["1", "CPU|1|b|FP32|128|128", "100", "1,234", "–", "–", "community", odd],
        ["1", "CPU|1|a|FP32|128|128", "100", "80", "10", "somebody", "community", ""],
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (0.00012345, "0.0001234"),
        (12.3456, "12.35"),
        (999.94, "999.9"),
        (1000, "1,000"),
        (1234567.8, "1,234,568"),
        (None, "–"),
        (True, "–"),
        ("5", "–"),
    ],
)
def test_a_figure_is_shown_to_four_digits(value: object, shown: str) -> None:
    """What is no number is shown as nothing, never as 0."""
    assert number(value) == shown

"""The lines that people read, in English; nobody's text breaks a line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark import report
from benchmark.dataset import Dataset
from benchmark.errors import BenchmarkError, InvalidDataError, Violation
from benchmark.leaderboard import Revision
from benchmark.summary import Remark, Summary, board_summaries
from tests.support.entries import entry, multi_node, run

URL = "https://hub.example/datasets/me/results"
PLAIN = "CPU|1|gpt2|FP32|128|128"
HOSTILE = "x\n::error::\x1b[2J\u202e{0}{label}%s"
SHOWN = r"x\n::error::\x1b[2J\u202e{0}{label}%s"


def english(message: str) -> str:
    """No translation."""
    return message


def summary(**changes: Any) -> Summary:
    """One added, one updated, one skipped on the single board."""
    before = Dataset().joined([run(1), run(1, model="z"), run(7, model="same")])
    submitted = [run(2), run(1, model="new"), run(7, model="same")]
    fields: dict[str, Any] = {
        "revision": Revision("0123456789" * 4),
        "changed": True,
        "boards": board_summaries(before, before.joined(submitted), submitted),
        "rejected": (),
        "not_ranked": (),
        "attempts": 3,
        "url": URL,
    }
    return Summary(**{**fields, **changes})


def test_the_merge_is_told_as_in_the_users_document() -> None:
    """Changes by label, then the numbers; the board that nothing happened to is left out."""
    assert list(report.merged(english, summary())) == [
        "  Single (one machine, one or more chips):",
        "    ↑ Updated: CPU|1|gpt2|FP32|128|128",
        "    ✓ Added: CPU|1|new|FP32|128|128",
        "  📊 Merged: 1 added, 1 updated, 1 skipped, 4 in all",
    ]


def test_a_merge_that_changed_nothing_is_told_too() -> None:
    """The single board stands for it."""
    boards = board_summaries(Dataset(), Dataset(), ())
    assert list(report.merged(english, summary(boards=boards))) == [
        "  Single (one machine, one or more chips):",
        "  📊 Merged: 0 added, 0 updated, 0 skipped, 0 in all",
    ]


def test_runs_on_several_machines_are_told_under_their_own_name() -> None:
    """Alone, where nothing else happened."""
    boards = board_summaries(Dataset(), Dataset().joined([multi_node()]), [multi_node()])
    lines = list(report.merged(english, summary(boards=boards)))
    assert lines[0] == "  Multi (several machines):"
    assert len(lines) == 3


def test_many_changes_are_cut_and_the_rest_counted() -> None:
    """The numbers are those of all of them."""
    submitted = [run(1, model=f"m{index}") for index in range(53)]
    boards = board_summaries(Dataset(), Dataset().joined(submitted), submitted)
    lines = list(report.merged(english, summary(boards=boards)))
    assert sum("✓ Added" in line for line in lines) == 50
    assert lines[-2:] == [
        "    … and 3 more",
        "  📊 Merged: 53 added, 0 updated, 0 skipped, 53 in all",
    ]


def test_rejections_and_unranked_entries_follow_the_numbers() -> None:
    """Each on a line with every reason."""
    item = Remark(entry(), ("ttft_ms is not above 0", "retracted: wrong chip"))
    violation = Violation("a.json", "$[0]", "is 5, expected an object.")
    lines = list(report.merged(english, summary(not_ranked=(item,), rejected=(violation,))))
    assert lines[-2:] == [
        f"  ⚠ Kept, not ranked: {PLAIN} (ttft_ms is not above 0; retracted: wrong chip)",
        "  ✗ Rejected: a.json::$[0]: is 5, expected an object.",
    ]


def test_reading_names_what_is_read() -> None:
    """The repository, both files and their entries."""
    assert report.reading(english, URL)[1] == f"   Repository: {URL}"
    assert list(report.was_read(english, URL, "main", {"single": 123, "multi": 45})) == [
        f"  📥 {URL}/resolve/main/leaderboard_single.json",
        "    ✓ entries: 123",
        f"  📥 {URL}/resolve/main/leaderboard_multi.json",
        "    ✓ entries: 45",
    ]


def test_what_was_found_and_saved_is_counted() -> None:
    """By folder and by file."""
    found = report.found_locally(english, "outputs", {"single": 2, "multi": 1})
    assert found == [
        "📂 Scanning the local outputs/ folder...",
        "  ✓ Found 3 local results",
        "  └─ single: 2, multi: 1",
    ]
    assert list(report.saved(english, "hf_data", {"hf_data/x.json": 4})) == [
        "💾 Saving to hf_data/...",
        "  ✓ hf_data/x.json (entries: 4)",
    ]


def test_the_next_steps_can_be_pasted() -> None:
    """The commands name the folders that were used."""
    lines = report.next_steps(english, "my_data", "my_outputs")
    assert "     git add my_data/" in lines
    assert "     git push" in lines
    assert lines[-1] == "💡 Note: my_outputs/ is not committed (it is in .gitignore)"


@pytest.mark.parametrize(
    ("changes", "dry_run", "line"),
    [
        ({}, False, "✅ Published as revision 01234567, attempts: 3."),
        ({}, True, "🔎 Dry run on revision 01234567: nothing was committed."),
        ({"changed": False}, False, "✅ Nothing new: revision 01234567 holds it all already."),
        ({"changed": False}, True, "✅ Nothing new: revision 01234567 holds it all already."),
    ],
)
def test_the_last_lines_tell_the_outcome(changes: dict[str, Any], dry_run: bool, line: str) -> None:
    """And where to look at it."""
    assert report.published(english, summary(**changes), dry_run=dry_run) == [line, f"   {URL}"]


def test_refused_files_are_counted_before_the_success() -> None:
    """By file, not by violation."""
    rejected = [
        Violation(name, path, "bad.") for name, path in (("a", "$"), ("a", "$.x"), ("b", "$"))
    ]
    lines = report.published(english, summary(rejected=tuple(rejected)), dry_run=False)
    assert lines[0] == "❌ Files refused: 2; see above."
    assert lines[1].startswith("✅ Published")


def test_nothing_is_said_to_be_held_where_every_file_was_refused() -> None:
    """A refused file's runs are not in the dataset."""
    refused = summary(changed=False, rejected=(Violation("a", "$", "bad."),))
    assert not any(
        "holds it all" in line for line in report.published(english, refused, dry_run=False)
    )


def test_a_failure_says_what_happened_and_what_to_do_next() -> None:
    """The violations stand between the two."""
    error = InvalidDataError("a.json cannot be read.", hint="Mend it.")
    lines = report.failed(english, error, [Violation("a.json", "$", "not JSON.")])
    assert lines == [
        "❌ a.json cannot be read.",
        "  ✗ Rejected: a.json::$: not JSON.",
        "   → Mend it.",
    ]
    assert report.failed(english, BenchmarkError("x")) == ["❌ x"]


def test_the_clean_up_is_told_file_by_file() -> None:
    """Gone, kept, and what went wrong."""
    assert list(report.cleaned_up(english, ["a"], ["b"], "no push", "push")) == [
        "  🗑️ Removed from git: a",
        "  Kept in git, it has changed since: b",
        "  ⚠ Clean-up: no push",
        "    → push",
    ]
    assert list(report.cleaned_up(english, [], [], "", "")) == []
    many = [str(number) for number in range(10_000)]
    assert list(report.cleaned_up(english, many, [], "", ""))[50:] == ["  … and 9950 more"]


def everything_hostile(text: str) -> list[str]:
    """Every line of the report that shows a contributor's text."""
    item = Remark(entry({"model.name": text}), (f"retracted: {text}",))
    violation = Violation(text, f"$.{text}", text)
    submitted = [entry({"model.name": text, "workload.name": text})]
    boards = board_summaries(Dataset(), Dataset().joined(submitted), submitted)
    shown = summary(not_ranked=(item,), rejected=(violation,), boards=boards)
    return [
        *report.merged(english, shown),
        *report.saved(english, "hf_data", {text: 1}),
        *report.cleaned_up(english, [text], [text], text, text),
        *report.failed(english, BenchmarkError(text, hint=text), [violation]),
    ]


@given(st.text(min_size=1, max_size=40))
def test_every_line_stays_one_printable_line(text: str) -> None:
    """However a model, a file or a reason is called."""
    shown = [line.replace("🗑️", "") for line in everything_hostile(text)]
    assert all(line.isprintable() for line in shown)
    assert len(shown) == len(everything_hostile("plain"))


def test_hostile_text_is_shown_escaped() -> None:
    """Neither a terminal nor a format string takes it for an order."""
    lines = everything_hostile(HOSTILE)
    assert sum(SHOWN in line for line in lines) == 10

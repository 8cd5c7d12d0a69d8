"""What people read about an aggregate or a publish; pure: values in, lines out.

`_` is the translator of benchmark.i18n; contributors' text passes through benchmark.text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.dataset import BOARD_FILES
from benchmark.i18n import N_, told
from benchmark.text import one_line
from benchmark.verdict import IMPOSSIBLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from benchmark.doubts import Doubt
    from benchmark.errors import BenchmarkError, Violation
    from benchmark.summary import BoardSummary, Summary

    Translate = Callable[[str], str]

RULE = "=" * 70
CARD_HINT = N_("Correct the header of its README.md by hand; the next commit writes the rest.")
_SHOWN = 50
_LONGEST = 1000


def heading(title: str) -> list[str]:
    """A title between two rules."""
    return [RULE, title, RULE]


def reading(_: Translate, url: str) -> list[str]:
    """Before the dataset is read."""
    return [
        _("📥 Downloading the latest data from Hugging Face..."),
        "   " + _("Repository: {url}").format(url=url),
    ]


def was_read(_: Translate, url: str, branch: str, totals: Mapping[str, int]) -> Iterator[str]:
    """After the dataset was read: entries per board."""
    for name, file in BOARD_FILES.items():
        yield f"  📥 {url}/resolve/{branch}/{file}"
        yield "    " + _("✓ entries: {count}").format(count=totals[name])


def found_locally(_: Translate, folder: str, found: Mapping[str, int]) -> list[str]:
    """What was found in the outputs folder."""
    return [
        _("📂 Scanning the local {folder}/ folder...").format(folder=folder),
        "  " + _("✓ Found {count} local results").format(count=sum(found.values())),
        "  " + _("└─ single: {single}, multi: {multi}").format(**found),
    ]


def merged(_: Translate, summary: Summary) -> Iterator[str]:
    """What the merge did, board by board; boards that nothing happened to are left out."""
    names = {
        "single": _("Single (one machine, one or more chips)"),
        "multi": _("Multi (several machines)"),
    }
    busy = [name for name, board in summary.boards.items() if board.changes or board.skipped]
    for name in busy or ["single"]:
        yield f"  {names[name]}:"
        yield from _board(_, summary, summary.boards[name])
    yield from not_ranked(_, summary)
    yield from doubtful(_, summary)
    yield from rejected(_, summary.rejected)


def not_ranked(_: Translate, summary: Summary) -> Iterator[str]:
    """The first entries that are kept but not ranked, each with the reasons."""
    for item in summary.not_ranked[:_SHOWN]:
        what = (
            _("⚠ Not published: {label} ({reasons})")
            if item.taken_down
            else _("⚠ Kept, not ranked: {label} ({reasons})")
        )
        told = _reasons(_, item.reasons)
        yield "  " + what.format(label=summary.label(item), reasons=told)
    yield from _more(_, len(summary.not_ranked))


def doubtful(_: Translate, summary: Summary) -> Iterator[str]:
    """The first entries that are ranked, but doubtful, each with the reasons."""
    for item in summary.doubtful[:_SHOWN]:
        yield "  " + _("⚠ Doubtful: {label} ({reasons})").format(
            label=summary.label(item), reasons=_reasons(_, item.reasons)
        )
    yield from _more(_, len(summary.doubtful))


def doubted(_: Translate, doubts: Iterable[Doubt], lines: Mapping[Violation, int]) -> Iterator[str]:
    """What speaks against entries of files, each on a line, and where it stands."""
    for doubt in doubts:
        line = _("⚠ Doubtful: {where}: {reason}")
        if doubt.kind == IMPOSSIBLE:
            line = _("⚠ Impossible, so kept but not ranked: {where}: {reason}")
        at = doubt.at
        number = f":{lines[at]}" if at in lines else ""
        where = one_line(f"{at.file}{number}::{at.path}")
        yield "  " + line.format(where=where, reason=one_line(doubt.told(_), _LONGEST))


def _reasons(_: Translate, reasons: Iterable[str]) -> str:
    return one_line("; ".join(told(_, reason) for reason in reasons), _LONGEST)


def rejected(_: Translate, violations: Iterable[Violation]) -> Iterator[str]:
    """Files refused at the door, every violation on a line."""
    for violation in violations:
        retold = violation._replace(message=told(_, violation.message))
        yield "  " + _("✗ Rejected: {violation}").format(violation=one_line(str(retold)))


def saved(_: Translate, folder: str, written: Mapping[str, int]) -> Iterator[str]:
    """The data files that were written."""
    yield _("💾 Saving to {folder}/...").format(folder=folder)
    for path, count in written.items():
        yield "  " + _("✓ {path} (entries: {count})").format(path=one_line(path), count=count)


def next_steps(_: Translate, data_dir: str, outputs: str) -> list[str]:
    """How to go on after an aggregate."""
    return [
        _("📌 Next steps:"),
        "  " + _("1. Commit the aggregated data to git:"),
        *how_to_push(data_dir),
        "",
        "  " + _("2. GitHub Actions then:"),
        "     " + _("- merges with the latest data on Hugging Face (no conflict loses data)"),
        "     " + _("- uploads to Hugging Face"),
        "     " + _("- cleans up {folder}/ to keep the repository small").format(folder=data_dir),
        "",
        _("💡 Note: {folder}/ is not committed (it is in .gitignore)").format(folder=outputs),
    ]


def how_to_push(data_dir: str) -> list[str]:
    """The commands."""
    return [
        f"     git add {data_dir}/",
        "     git commit -m 'feat: add benchmark results'",
        "     git push",
    ]


def published(_: Translate, summary: Summary, *, dry_run: bool) -> list[str]:
    """The last lines of a publish."""
    refused = len({violation.file for violation in summary.rejected})
    if refused and not summary.changed:
        line = _("Nothing was added: revision {revision} is as it was.")
    elif not summary.changed:
        line = _("✅ Nothing new: revision {revision} holds it all already.")
    elif dry_run:
        line = _("🔎 Dry run on revision {revision}: nothing was committed.")
    else:
        line = _("✅ Published as revision {revision}, attempts: {attempts}.")
    revision = (summary.revision or "")[:8]
    warning = [_("❌ Files refused: {count}; see above.").format(count=refused)]
    return [
        *(warning if refused else []),
        line.format(revision=revision, attempts=summary.attempts),
        f"   {summary.url}",
        *card_refused(_, summary.card_refusal),
    ]


def card_refused(_: Translate, refusal: str) -> Iterator[str]:
    """That the dataset card is as it was, and why; nothing where it is up to date."""
    if refusal:
        said = _("⚠ The Hub refuses the dataset card, which is as it was: {reason}")
        yield "  " + said.format(reason=one_line(refusal, _LONGEST))
        yield "    → " + _(CARD_HINT)


def cleaned_up(
    _: Translate, removed: Sequence[str], kept: Sequence[str], warning: str, hint: str
) -> Iterator[str]:
    """What became of the published files in git."""
    yield from _paths(_, _("🗑️ Removed from git: {path}"), removed)
    yield from _paths(_, _("Kept in git, it has changed since: {path}"), kept)
    if warning:
        yield "  " + _("⚠ Clean-up: {warning}").format(warning=one_line(warning, 2000))
    if hint:
        yield f"    → {one_line(_(hint), 2000)}"


def failed(_: Translate, error: BenchmarkError, violations: Sequence[Violation] = ()) -> list[str]:
    """What happened and why, and what to do next."""
    said = [f"     {one_line(line)}" for line in error.said]
    lines = [f"❌ {one_line(told(_, str(error)), 2000)}", *said, *rejected(_, violations)]
    return [*lines, f"   → {one_line(told(_, error.hint), 2000)}"] if error.hint else lines


def _paths(_: Translate, line: str, paths: Sequence[str]) -> Iterator[str]:
    for path in paths[:_SHOWN]:
        yield "  " + line.format(path=one_line(path))
    yield from _more(_, len(paths))


def _more(_: Translate, count: int) -> Iterator[str]:
    if count > _SHOWN:
        yield "  " + _("… and {count} more").format(count=count - _SHOWN)


def _board(_: Translate, summary: Summary, board: BoardSummary) -> Iterator[str]:
    for change in board.changes[:_SHOWN]:
        line = _("✓ Added: {label}") if change.old is None else _("↑ Updated: {label}")
        yield "    " + line.format(label=summary.labels[change.new.config_key])
    yield from ("  " + line for line in _more(_, len(board.changes)))
    yield "  " + _(
        "📊 Merged: {added} added, {updated} updated, {skipped} skipped, {total} in all"
    ).format(
        added=len(board.added),
        updated=len(board.updated),
        skipped=board.skipped,
        total=board.total,
    )

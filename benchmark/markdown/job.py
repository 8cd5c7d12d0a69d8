"""What a job did, for the summary page that GitHub shows of it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

from benchmark.i18n import N_, told
from benchmark.markdown.tables import label, number, submitter, table
from benchmark.text import table_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from benchmark.errors import Violation
    from benchmark.summary import Change, Remark, Summary

    Translate = Callable[[str], str]

_LONGEST = 300
_LONGEST_MESSAGE = 2000


class Deed(Enum):
    """What was done, as the heading says it: where something changed, and where nothing did."""

    PUBLISHED = N_("✅ Published"), N_("✅ Nothing new to publish")
    PROPOSED = N_("✅ Proposed as a pull request"), N_("✅ Nothing new to propose")
    PREVIEWED = N_("🔎 To be published"), N_("🔎 Nothing new to publish")
    AGGREGATED = N_("✅ Merged into the data folder"), N_("✅ Nothing new to merge")


class Cleaned(Protocol):
    """What became of the published files in git: paths, and why some are still there."""

    @property
    def removed(self) -> Sequence[str]:
        """Those that are gone."""

    @property
    def kept(self) -> Sequence[str]:
        """Those that have changed since."""

    @property
    def warning(self) -> str:
        """What went wrong, "" if nothing did."""

    @property
    def hint(self) -> str:
        """What to do about it, to be translated."""


def job_summary(
    _: Translate, summary: Summary, deed: Deed, lines: Mapping[Violation, int], cleaned: Cleaned
) -> str:
    """What was done: changes first, then what somebody has to look at.

    Args:
        _: the translator of messages.
        summary: what was done.
        deed: which kind of doing it was.
        lines: the lines that violations are on, as far as they are known.
        cleaned: what became of the submitted files in git.
    """
    changes = [change for board in summary.boards.values() for change in board.changes]
    parts = [
        _head(_, summary, deed),
        _changes(_, summary, changes) if changes else [],
        _rejected(_, summary.rejected, lines) if summary.rejected else [],
        _listed(_, _("Kept, not ranked"), summary, summary.not_ranked),
        _listed(_, _("Doubtful"), summary, summary.doubtful),
        _card(_, summary.card_refusal),
        _foot(_, summary, cleaned),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def failure(_: Translate, message: str, hint: str, violations: Sequence[Violation]) -> str:
    """That nothing was done, why, and what to do next."""
    parts = [
        ["## " + _("❌ Not done")],
        [_prose(message)],
        _rejected(_, violations, {}) if violations else [],
        [_what_to_do(_, hint)] if hint else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(_: Translate, summary: Summary, deed: Deed) -> list[str]:
    changed, unchanged = deed.value
    refused = summary.rejected and not summary.changed
    heading = _("❌ Rejected") if refused else _(changed if summary.changed else unchanged)
    where = f"[{(summary.revision or '')[:8]}]({summary.url})" if summary.url else ""
    counts = [
        (_("{count} new"), sum(len(board.added) for board in summary.boards.values())),
        (_("{count} better"), sum(len(board.updated) for board in summary.boards.values())),
        (_("{count} without effect"), sum(board.skipped for board in summary.boards.values())),
        (_("{count} not ranked"), len(summary.not_ranked)),
        (_("{count} doubtful"), len(summary.doubtful)),
        (_("**files rejected: {count}**"), len({item.file for item in summary.rejected})),
    ]
    told = [text.format(count=count) for text, count in counts if count]
    return [f"## {heading}: {where}" if where else f"## {heading}", *_below(" · ".join(told))]


def _below(text: str) -> list[str]:
    return ["", text] if text else []


def _changes(_: Translate, summary: Summary, changes: Iterable[Change]) -> list[str]:
    figures = (_("Throughput (tok/s)"), _("TTFT (ms)"))
    header = ("", _("Configuration"), *figures, _("Contributor"))
    rows = (
        [
            "🆕" if change.old is None else "⬆️",
            label(summary.labels[change.new.config_key]),
            _change(change, "throughput_tps"),
            _change(change, "ttft_ms"),
            submitter(change.new, _("example")),
        ]
        for change in changes
    )
    return table(header, rows, more=_("… and {count} more"), figures={2, 3})


def _change(change: Change, metric: str) -> str:
    new = change.new.number("metrics", metric)
    if change.old is None:
        return number(new)
    old = change.old.number("metrics", metric)
    return (
        f"{number(old)} → {number(new)} ({(new - old) / old:+.1%})" if new != old else number(new)
    )


def _rejected(
    _: Translate, violations: Iterable[Violation], lines: Mapping[Violation, int]
) -> list[str]:
    header = (_("File"), _("Line"), _("Where"), _("What is wrong"))
    rows = (
        [
            table_cell(item.file, _LONGEST),
            str(lines.get(item, "–")),
            table_cell(item.path, _LONGEST),
            table_cell(told(_, item.message), _LONGEST),
        ]
        for item in violations
    )
    return ["### " + _("Rejected"), "", *table(header, rows, more=_("… and {count} more"))]


def _listed(_: Translate, title: str, summary: Summary, items: Sequence[Remark]) -> list[str]:
    """Entries with what speaks against them; nothing where there are none."""
    if not items:
        return []
    header = (_("Configuration"), _("Why"), _("Contributor"))
    rows = (
        [
            label(summary.label(item)),
            table_cell("; ".join(told(_, reason) for reason in item.reasons), _LONGEST),
            "–" if item.taken_down else submitter(item.entry, _("example")),
        ]
        for item in items
    )
    return [f"### {title}", "", *table(header, rows, more=_("… and {count} more"))]


def _card(_: Translate, refusal: str) -> list[str]:
    if not refusal:
        return []
    said = _("The Hub refuses the dataset card, which is as it was:")
    return [f"⚠️ {said} {_prose(refusal)}"]


def _foot(_: Translate, summary: Summary, cleaned: Cleaned) -> list[str]:
    totals = (f"{name} {board.total}" for name, board in summary.boards.items())
    told = [
        _("On the leaderboards: {totals}").format(totals=", ".join(totals)),
        *([_("attempts: {count}").format(count=summary.attempts)] if summary.attempts else []),
        *_cleaned(_, cleaned),
    ]
    warning = f"⚠️ {_prose(cleaned.warning)}" if cleaned.warning else ""
    hint = _what_to_do(_, _(cleaned.hint)) if cleaned.hint else ""
    return [" · ".join(told), *_below(warning), *_below(hint)]


def _cleaned(_: Translate, cleaned: Cleaned) -> Iterator[str]:
    if cleaned.removed:
        yield _("files removed from git: {count}").format(count=len(cleaned.removed))
    if cleaned.kept:
        yield _("files kept in git, changed since: {count}").format(count=len(cleaned.kept))


def _what_to_do(_: Translate, hint: str) -> str:
    return "**" + _("What to do") + f":** {_prose(hint)}"


def _prose(text: str) -> str:
    """Text as a paragraph, with nothing in it taken for Markdown or HTML.

    Only a paragraph's first character can make a list or a rule of it, and not as an entity:
    https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
    """
    shown = table_cell(text, _LONGEST_MESSAGE).strip()
    starts_plain = not shown or shown[0].isalpha() or shown[0] == "&"
    return shown if starts_plain else f"&#{ord(shown[0])};{shown[1:]}"

"""The files through which a step gives a GitHub runner its outputs and its summary.

Whatever a value holds, the runner reads back exactly the keys and values given. The protocol is
that of https://github.com/actions/runner, `FileCommandManager.cs`.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmark.summary import Summary

SUMMARY_LIMIT = 1024 * 1024
"""Bytes of a step's summary; the runner drops a longer one entirely."""

_CUT = "\n\n_The rest is left out: GitHub shows at most 1 MiB._\n"


def outputs_of(summary: Summary, *, cleaned: int) -> dict[str, str]:
    """The outputs of the Action by their names in action.yml.

    Args:
        summary: what a publish did.
        cleaned: files removed from git.
    """
    boards = summary.boards.values()
    return {
        "revision": summary.revision or "",
        "url": summary.url,
        "changed": str(summary.changed).lower(),
        "added": str(sum(len(board.added) for board in boards)),
        "updated": str(sum(len(board.updated) for board in boards)),
        "skipped": str(sum(board.skipped for board in boards)),
        "rejected": str(len({violation.file for violation in summary.rejected})),
        "not-ranked": str(len(summary.not_ranked)),
        "attempts": "" if summary.attempts is None else str(summary.attempts),
        "cleaned": str(cleaned),
    }


def write_outputs(
    env: Mapping[str, str],
    values: Mapping[str, str],
    *,
    token: Callable[[], str] = secrets.token_hex,
) -> None:
    """Append `values` to the file that `GITHUB_OUTPUT` names; without one do nothing.

    `token` makes the end mark of each value: nobody who wrote a value can have known it.
    """
    if path := env.get("GITHUB_OUTPUT"):
        _append(Path(path), "".join(_heredoc(name, values[name], token()) for name in values))


def write_summary(env: Mapping[str, str], markdown: str) -> None:
    """Append `markdown` to the file that `GITHUB_STEP_SUMMARY` names; without one do nothing.

    Above `SUMMARY_LIMIT` bytes, those already in the file included, it is cut at the end of a line
    and says so.
    """
    if path := env.get("GITHUB_STEP_SUMMARY"):
        file = Path(path)
        room = SUMMARY_LIMIT - (file.stat().st_size if file.exists() else 0)
        _append(file, _cut_at_line(markdown + "\n", room))


def _heredoc(name: str, value: str, token: str) -> str:
    return f"{name}<<end-{token}\n{value}\nend-{token}\n"


def _cut_at_line(text: str, room: int) -> str:
    data = text.encode("utf-8", "replace")
    if len(data) <= room:
        return text
    kept = data[: max(0, room - len(_CUT.encode()))]
    whole = kept[: kept.rfind(b"\n") + 1].decode()
    return whole + _CUT if len(_CUT) <= room else ""


def _append(path: Path, text: str) -> None:
    # Bytes: a translated newline would break the runner's end marks.
    with path.open("ab") as file:
        file.write(text.encode("utf-8", "replace"))

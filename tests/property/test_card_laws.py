"""The dataset card is ours between the markers and the maintainer's everywhere else."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import yaml
from hypothesis import given
from hypothesis import strategies as st

from benchmark import card
from benchmark.leaderboard import encode
from tests.support.entries import entry

BOARDS = st.sampled_from([b"[]\n", encode([entry({"model.name": "a-->b"})])])
NAMES = st.frozensets(st.text(max_size=8), max_size=4)
LINES = st.lists(
    st.sampled_from(
        [
            *("---", "configs:", "- config_name: mine", "  data_files: a.csv", "license: mit", ""),
            *("configs: []", "  - config_name: single", "a: |", "  text", "# remark", "tags: [a]"),
            *(
                "# sagellm-benchmark: begin",
                "# sagellm-benchmark: end",
                "- 1",
                "text",
                '"',
                "{",
                "configs: {}",
            ),
            *(
                "<!-- sagellm-benchmark: begin -->",
                "<!-- sagellm-benchmark: end -->",
                "é",
                "\tb: 1",
            ),
        ]
    ),
    max_size=12,
)
CARDS = st.builds(
    lambda header, text, end: (
        "---\n" + "".join(f"{line}{end}" for line in header) + f"---{end}" + end.join(text)
    ),
    LINES,
    LINES,
    st.sampled_from(["\n", "\r\n"]),
) | st.builds("\n".join, LINES)


@given(before=CARDS, boards=st.tuples(BOARDS, BOARDS), names=NAMES)
def test_writing_a_card_twice_is_writing_it_once(
    before: str, boards: tuple[bytes, bytes], names: frozenset[str]
) -> None:
    """Else every publish would change it."""
    once = card.written(before.encode(), boards, names, name="a/b")
    assert once is not None
    assert card.written(once, boards, names, name="a/b") == once
    assert card.written(once, boards, (), name="a/b") == once


@given(before=CARDS, boards=st.tuples(BOARDS, BOARDS), names=NAMES)
def test_no_line_of_a_maintainer_is_lost(
    before: str, boards: tuple[bytes, bytes], names: frozenset[str]
) -> None:
    """Outside the markers."""
    after = (card.written(before.encode(), boards, names, name="a/b") or b"").decode()
    left = iter(after.splitlines())
    ours = _between(before)
    assert all(
        line in left for line in before.splitlines() if line not in {*ours, "", "configs: []"}
    )


@given(before=CARDS, names=NAMES)
def test_a_header_that_was_yaml_says_what_it_said(before: str, names: frozenset[str]) -> None:
    """And nothing more than our configs."""
    old = None if "# sagellm-benchmark: begin" in before else _values(before)
    after = card.written(before.encode(), [b"[]\n"], names, name="a/b")
    if old is not None and after is not None:
        new = _values(after.decode()) or {}
        theirs = [c for c in _configs(new) if c not in _configs(old)]
        assert {**new, "configs": None} == {**old, "configs": None}
        assert all("features" in config for config in theirs)
        assert all(config in _configs(new) for config in _configs(old))


def _between(text: str) -> set[str]:
    """The lines from a marker that begins something to the next, where that ends it."""
    lines = text.splitlines()
    found: set[str] = set()
    for kind in ("# sagellm-benchmark: ", "<!-- sagellm-benchmark: "):
        marks = [at for at, line in enumerate(lines) if line.startswith(kind)]
        for start, end in pairwise(marks):
            if "begin" in lines[start] and "end" in lines[end]:
                found.update(lines[start : end + 1])
    return found


def _values(text: str) -> dict[str, object] | None:
    parts = text.replace("\r\n", "\n").split("---\n")
    try:
        # What no rule ends is no header, but text.
        value = yaml.safe_load(parts[1]) if len(parts) > 2 and not parts[0] else None
    except yaml.YAMLError:
        return None
    return value if isinstance(value, dict) else None


def _configs(values: dict[str, object]) -> list[dict[str, object]]:
    found = values.get("configs")
    return cast("list[dict[str, object]]", found) if isinstance(found, list) else []

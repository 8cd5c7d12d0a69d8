"""The dataset card: the header that makes the viewer and `load_dataset` read the right files."""

from __future__ import annotations

import re

# Without `configs` the viewer mixes both leaderboards and the fragments of runs/ into one table
# and fails on their differing schemas
# (https://huggingface.co/docs/hub/datasets-manual-configuration).
_CONFIGS = """\
configs:
- config_name: single
  default: true
  data_files: leaderboard_single.json
- config_name: multi
  data_files: leaderboard_multi.json
"""

_TEXT = """\
# LLM inference leaderboard

Measured with [sagellm-benchmark](https://github.com/intellistream/sagellm-benchmark); anyone can
add a result, no token needed.

- `leaderboard_single.json`, `leaderboard_multi.json`: the best eligible run of every configuration
  on one machine, and on several.
- `runs/`: every run ever accepted, append-only; the two leaderboards are computed from it.
- `retractions.jsonl`: runs taken back, each with its reason.
- `confirmations.jsonl`: runs that looked impossible or doubtful and were seen to be true.
- `runs/manifest.json`, `runs/trail.json`, `runs/index/`: made from the others by every commit, so
  that the next one need not read everything.
"""

_HEADER = re.compile(r"\A\s*---\r?\n(?P<yaml>.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)


def with_configs(card: bytes | None) -> bytes | None:
    """The card with our `configs` in its header, every other byte kept.

    Args:
        card: the README.md of the dataset, None if it has none.

    Returns:
        The new card, or None when there is nothing to add: it has `configs` already, or is not
        text that could be extended safely.
    """
    if card is None:
        return f"---\n{_CONFIGS}---\n\n{_TEXT}".encode()
    try:
        text = card.decode()
    except UnicodeDecodeError:
        return None
    header = _HEADER.match(text)
    if header is None:
        return f"---\n{_CONFIGS}---\n\n{text}".encode()
    if re.search(r"^[\"']?configs[\"']?\s*:", header["yaml"], re.MULTILINE):
        return None
    end = header.end("yaml")
    return (text[:end] + _CONFIGS + text[end:]).encode()

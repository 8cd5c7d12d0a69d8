"""What releases without markers wrote, to be replaced where nobody changed it."""

from __future__ import annotations

import re

CONFIGS = re.compile(
    r"(?P<key>^configs:\r?\n)- config_name: single\r?\n  default: true\r?\n"
    r"  data_files: leaderboard_single\.json\r?\n- config_name: multi\r?\n"
    r"  data_files: leaderboard_multi\.json\r?\n(?! )",
    re.MULTILINE,
)

_TEXT = """\
# LLM inference leaderboard

Measured with [sagellm-benchmark](https://github.com/intellistream/sagellm-benchmark); anyone can
add a result, no token needed.

- `leaderboard_single.json`, `leaderboard_multi.json`: the best eligible run of every configuration
  on one machine, and on several.
- `runs/`: every run ever accepted, append-only; the two leaderboards are computed from it.
- `retractions.jsonl`: runs taken back, each with its reason.
"""
_DERIVED = """\
- `runs/manifest.json`, `runs/trail.json`, `runs/index/`: made from the others by every commit, so
  that the next one need not read everything.
"""


def is_whole(text: str) -> bool:
    """Whether this, which the rule at the end of the header begins, is all that we wrote."""
    told = text.removeprefix("---").strip().replace("\r\n", "\n") + "\n"
    return told in {_TEXT, _TEXT + _DERIVED}

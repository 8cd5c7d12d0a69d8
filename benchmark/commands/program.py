"""What this program is called. isagellm-benchmark, a part of sageLLM, has a command of its name."""

from __future__ import annotations

import click

NAME = "sagellm-benchmark"
OWN_NAME = "sagellm-leaderboard"
"""Nobody else installs a command of this name."""

_AS_A_MODULE = "python -m "


def started_as() -> str:
    """What starts this program again: its name, unless another way was chosen this time."""
    context = click.get_current_context(silent=True)
    chosen = None if context is None else context.find_root().info_name
    if chosen is not None and (chosen == OWN_NAME or chosen.startswith(_AS_A_MODULE)):
        return chosen
    return NAME

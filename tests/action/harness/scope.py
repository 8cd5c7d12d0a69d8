"""Where steps run: at the job's own level, or inside an action."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.action.harness.reports import Outcome


@dataclass
class Scope:
    """What the steps of one list share.

    Attributes:
        contexts: what they see besides the job's contexts; at the job's own level secrets, vars,
            needs and inputs, inside an action inputs and what differs in github.
        root: where `$/` begins: the repository that holds the file with these steps.
        depth: how many actions are around the steps.
        number: of the job's own step that is around them; None at the job's own level.
        env: of the steps that use the actions around, which GITHUB_ENV does not replace.
        defaults: of `run` steps; an action has none.
        stops: whether the job's cancellation ends what runs here.
        status: of the action so far.
        steps: the steps context.
        names: what GITHUB_ACTION has been.
    """

    contexts: dict[str, Any]
    root: Path | None = None
    depth: int = 0
    number: int | None = None
    env: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    stops: Callable[[], bool] = lambda: False
    status: Outcome = "success"
    steps: dict[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

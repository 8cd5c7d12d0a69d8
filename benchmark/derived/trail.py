"""The trail: from which leaderboards the last commits led to those of now, and by which fragments.

A publisher that was beaten to it holds leaderboards of a moment ago: it reads the few fragments
since instead of the leaderboards again. What it makes of them counts only if it has the sha-256
that the manifest names, so the trail need not be trusted, and nothing depends on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from benchmark import canonical
from benchmark.errors import InvalidDataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Digest, Json

TRAIL = "runs/trail.json"

Digests: TypeAlias = "dict[str, Digest]"
"""Board name → sha-256 of its file."""

_LONGEST = 100


class Step(NamedTuple):
    """One commit: what the leaderboards were before it, and the fragment that it added."""

    before: Digests
    fragment: str


class Trail(NamedTuple):
    """The last commits, oldest first, and what the leaderboards are after them."""

    now: Digests
    steps: tuple[Step, ...]

    def since(self, held: Mapping[str, Digest]) -> list[str] | None:
        """The fragments added since the leaderboards were `held`; None if that is not known."""
        if self.now == held:
            return []
        for index, step in enumerate(self.steps):
            if step.before == held:
                return [later.fragment for later in self.steps[index:]]
        return None

    def encode(self) -> bytes:
        """As a file."""
        steps = [{"before": step.before, "fragment": step.fragment} for step in self.steps]
        value = {"now": self.now, "steps": steps}
        return canonical.dumps(cast("Json", value)) + b"\n"


def extended(data: bytes, before: Digests, after: Digests, fragment: str) -> bytes:
    """The trail with one more commit; a new one if it does not lead to `before`.

    Args:
        data: the trail so far; empty if there is none.
        before: the leaderboards that the commit stands on.
        after: those that it writes.
        fragment: the path of the fragment that it adds.
    """
    trail = decode(data)
    if trail is None or trail.now != before:
        return Trail(after, ()).encode()
    return Trail(after, (*trail.steps, Step(before, fragment))[-_LONGEST:]).encode()


def decode(data: bytes) -> Trail | None:
    """What the file says; None if it is no trail."""
    try:
        value = cast("dict[str, Json]", canonical.loads(data, file=TRAIL))
        rows = cast("list[dict[str, Json]]", value["steps"])
        steps = tuple(Step(_digests(row["before"]), str(row["fragment"])) for row in rows)
        return Trail(_digests(value["now"]), steps)
    except (InvalidDataError, KeyError, TypeError, AttributeError, ValueError):
        return None


def _digests(value: Json) -> Digests:
    return dict(cast("Digests", value).items())

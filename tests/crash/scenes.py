"""A law about work that is killed, and what it needs to know of the work."""

from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from tests.crash.system_calls import done, killed_at

if TYPE_CHECKING:
    from collections.abc import Callable

_STEPS = 10_000


class Scene(NamedTuple):
    """Something to be done, from its beginning.

    Attributes:
        work: does it, and ends as a program does.
        state: what is there to be seen by others; equal in every scene of one kind.
        again: does it in the place of one that was killed, where that is not just the same.
        check: raises if what is there is damaged in a way that `state` does not show.
    """

    work: Callable[[], object]
    state: Callable[[], object]
    check: Callable[[], object] = tuple
    again: Callable[[], object] | None = None


def old_or_new_at_every_call(
    prepare: Callable[[str], Scene], *, every: int = 1, several: bool = False
) -> int:
    """Kill the work before each of its calls: the state is the old or the new one, never another.

    Done once more, it comes to the new state, whatever it was killed at.

    Args:
        prepare: makes a new scene, which has a name of its own.
        every: in `make test`, kill at every such call only, where there are very many.
        several: the state is a mapping whose items are replaced one after the other: each is the
            old or the new one.

    Returns:
        At how many calls it was killed.
    """
    every = 1 if os.environ.get("EVERY_CALL") else every
    old, new = _both(prepare("whole"))
    for number in count(1, every):
        scene = prepare(f"killed-{number}")
        ended = killed_at(number, scene.work)
        seen = scene.state()
        assert _is_either(seen, old, new, several=several), (number, ended, seen, old, new)
        scene.check()
        if ended.code is not None:
            assert (ended.code, seen) == (0, new), ended
            return (number - 1) // every
        assert (done(scene.again or scene.work), scene.state()) == (0, new), (number, ended)
        scene.check()
        assert number < _STEPS
    raise AssertionError("count has no end")


def _both(scene: Scene) -> tuple[object, object]:
    old = scene.state()
    assert done(scene.work) == 0
    new = scene.state()
    assert new != old, "Nothing was done."
    return old, new


def _is_either(seen: object, old: object, new: object, *, several: bool) -> bool:
    if not several:
        return seen in (old, new)
    assert isinstance(seen, dict)
    assert isinstance(old, dict)
    assert isinstance(new, dict)
    return all(seen.get(name) in (old.get(name), new.get(name)) for name in {*seen, *old, *new})

"""JSON as verbs print it: canonical, and large lists without all of their objects at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.errors import InvalidDataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json


def written(value: Json) -> bytes:
    """The canonical form, in which paths, that may have any bytes, are made words."""
    try:
        return canonical.dumps(value)
    except InvalidDataError:
        return canonical.dumps(canonical.writable(value))


def around(value: Mapping[str, Json], name: str) -> tuple[bytes, bytes]:
    """What stands before and behind the value of one more member of an object.

    Args:
        value: the other members.
        name: in ASCII, as all names are here: those sort as canonical forms have them.
    """
    before, after = (
        written({key: item for key, item in value.items() if (key > name) == is_behind})[1:-1]
        for is_behind in (False, True)
    )
    opening = b"{%b,%b:" if before else b"{%b%b:"
    return opening % (before, written(name)), b",%b}" % after if after else b"}"

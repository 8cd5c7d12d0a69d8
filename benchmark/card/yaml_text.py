"""YAML as values, and as nodes that tell where in the text they are.

PyYAML comes with huggingface_hub, which needs it in every version.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import yaml

_MOST = 100_000
"""Nodes of a header."""


def values(text: str) -> object:
    """What the text says.

    Raises:
        ValueError: if it is no YAML.
    """
    import yaml  # noqa: PLC0415 - most commands write no card, and should start fast

    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return cast("object", yaml.load(text, loader))  # noqa: S506 - both are safe
    except (yaml.YAMLError, RecursionError, TypeError) as error:
        raise ValueError(str(error)) from None


def nodes(text: str) -> yaml.Node | None:
    """The root of what it says; None if that is nothing.

    Raises:
        ValueError: as `values`; or if by its aliases it says far more than is written.
    """
    import yaml  # noqa: PLC0415 - as above

    try:
        root = cast("yaml.Node | None", yaml.compose(text, Loader=yaml.SafeLoader))
        if root is not None and _size(root, {}) > _MOST:
            raise ValueError("Its aliases make it too large.")
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from None
    return root


def _size(node: yaml.Node, known: dict[int, float]) -> float:
    """Nodes that there are once every alias stands for what it names; one in itself is endless."""
    if id(node) not in known:
        known[id(node)] = float("inf")
        value = node.value if isinstance(node.value, list) else []
        children = chain(*value) if node.id == "mapping" else value
        known[id(node)] = 1 + sum(_size(child, known) for child in children)
    return known[id(node)]

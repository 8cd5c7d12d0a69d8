"""YAML as values, and as nodes that tell where in the text they are.

PyYAML comes with huggingface_hub, which needs it in every version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import yaml


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
        ValueError: as `values`.
    """
    import yaml  # noqa: PLC0415 - as above

    try:
        return cast("yaml.Node | None", yaml.compose(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from None

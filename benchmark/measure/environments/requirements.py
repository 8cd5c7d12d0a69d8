"""What engines with environments of their own need, and whether it is there."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_COMMON = ("psutil>=5.9", "torch>=2.4", "transformers>=4.57,<6")
_ONNX = ("accelerate>=1", *_COMMON)
"""accelerate lets the export find tied weights; without it they are stored twice."""

ENVIRONMENTS: dict[str, tuple[str, ...]] = {
    "onnxruntime": ("optimum-onnx[onnxruntime]>=0.1,<1", *_ONNX),
    "onnxruntime-gpu": ("optimum-onnx[onnxruntime-gpu]>=0.1,<1", *_ONNX),
    "openvino": ("optimum-intel[openvino]>=1.27,<2", *_COMMON),
}
"""An extra of this package with each name asks for the same.

They are repeated here because a checkout has no metadata, or that of another version beside it.
optimum-intel 2 needs torchvision, whose builds fit only one build of torch each.
"""


def unmet(wanted: Iterable[str], path: Sequence[str] | None = None) -> tuple[str, ...]:
    """The requirements, and theirs in turn, that no installed distribution fulfils.

    Args:
        wanted: requirements in the words of PEP 508.
        path: where distributions are looked for, the first found counts; None for `sys.path`.
    """
    return tuple(dict.fromkeys(_unmet(wanted, path)))


def _unmet(wanted: Iterable[str], path: Sequence[str] | None) -> Iterator[str]:
    seen: set[tuple[str, frozenset[str]]] = set()
    left = [Requirement(one) for one in wanted]
    while left:
        requirement = left.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        found = distribution(requirement.name, path)
        if found is None or not requirement.specifier.contains(found.version, prereleases=True):
            yield str(requirement)
        elif key not in seen:
            seen.add(key)
            left += _dependencies(found, requirement.extras)


def distribution(name: str, path: Sequence[str] | None = None) -> metadata.Distribution | None:
    """The first distribution of that name on a path, None for `sys.path`."""
    found = (
        metadata.distributions(name=name)
        if path is None
        else metadata.distributions(name=name, path=list(path))
    )
    return next(iter(found), None)


def _dependencies(found: metadata.Distribution, extras: Iterable[str]) -> Iterator[Requirement]:
    for text in found.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield requirement

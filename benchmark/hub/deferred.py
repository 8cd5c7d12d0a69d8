"""The files of a revision, of which only those asked for are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

Contents: TypeAlias = "dict[str, bytes]"


class Deferred(Mapping[str, bytes]):
    """Path → content; going through all of it reads everything."""

    def __init__(
        self,
        known: Mapping[str, bytes],
        absent: Iterable[str],
        several: Callable[[Collection[str]], Contents],
        everything: Callable[[Mapping[str, bytes]], Contents],
    ) -> None:
        """Begin with what is known.

        Args:
            known: files that were read.
            absent: paths that are known not to exist.
            several: reads those of some paths that exist.
            everything: reads every file, given those that need not be read again.
        """
        self._known = dict(known)
        self._absent = set(absent)
        self._several = several
        self._everything = everything
        self._is_whole = False

    def __getitem__(self, path: str) -> bytes:
        self.ahead([path])
        return self._known[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def ahead(self, paths: Iterable[str]) -> None:
        """Read these files, if they exist, for they will be asked for."""
        missing = [path for path in paths if path not in self._known and path not in self._absent]
        if missing and not self._is_whole:
            self._known |= self._several(missing)
            self._absent |= set(missing) - self._known.keys()

    def _whole(self) -> Mapping[str, bytes]:
        if not self._is_whole:
            self._known = self._everything(self._known)
            self._is_whole = True
        return self._known

"""A xorb on its way in: nothing is kept that isn't what its name says."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from benchmark.localhub.durable import Unfinished, make_folders, settle_all, sync
from benchmark.localhub.problems import bad_request, too_large
from benchmark.localhub.xet.chunks import (
    LARGEST_XORB,
    LONGEST_UPLOAD,
    MOST_CHUNKS,
    read_chunk,
    read_headers,
)
from benchmark.localhub.xet.entries import Entry, pack
from benchmark.localhub.xet.hashes import chunk_of, xorb_hash

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self


class XorbUpload:
    """A xorb on its way in: `write` the pieces, then `finish`; leaving early discards it."""

    def __init__(self, xorb: bytes, sent: Path, listed: Path) -> None:
        make_folders(sent.parent)
        self._xorb = xorb
        self._sent = sent
        self._listed = listed
        self._unfinished = Unfinished(sent)
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._unfinished.__exit__(kind, error, trace)

    def write(self, piece: bytes) -> None:
        """Take the next bytes.

        Raises:
            HubError: 413 once there are more than a xorb can have.
        """
        self._size += len(piece)
        if self._size > LONGEST_UPLOAD:
            raise too_large(LONGEST_UPLOAD)
        self._unfinished.file.write(piece)

    def finish(self) -> bool:
        """Check every chunk and make the xorb durable; False if it was there.

        Raises:
            HubError: 400 if it isn't the xorb that was announced, or none at all.
        """
        entries = self._entries()
        if not entries or xorb_hash([entry.chunk for entry in entries]) != self._xorb:
            raise bad_request("The upload is not the xorb that was announced")
        if self._listed.exists():
            # Whoever wrote it may not have synced its name yet; and what is sent again is in use.
            sync(self._listed.parent)
            with suppress(FileNotFoundError):
                os.utime(self._sent)
            return False
        with Unfinished(self._listed) as listed:
            listed.file.write(pack(entries))
            settle_all([self._unfinished, listed])
            self._unfinished.name()
            # The list comes last: a xorb is there if its list is.
            listed.name()
        sync(self._listed.parent)
        return True

    def _entries(self) -> list[Entry]:
        file = self._unfinished.file
        file.seek(0)
        headers = []
        total = 0
        for position, header in read_headers(file):
            headers.append(position)
            total += header.size
            if total > LARGEST_XORB or len(headers) > MOST_CHUNKS:
                raise bad_request("A xorb has at most 64 MiB in 8,192 chunks")
        return [Entry(chunk_of(read_chunk(file, position)), position) for position in headers]

"""Standard output and error: whatever they can't show, and when nobody reads them any more.

A reader that is gone (`| head`), a terminal that was closed or a full disk must not end a command
that is measuring or publishing: it goes on without words and says so by its exit code.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

_NOBODY_READS = 141
"""128 and SIGPIPE: what a shell shows of a program that the end of its pipe ended."""

_NOT_WRITTEN = 74
"""EX_IOERR of sysexits.h."""


def as_utf_8(data: bytes) -> bytes | str:
    """What to print so that programs read UTF-8, whatever the locale; text where no bytes go."""
    return data if hasattr(sys.stdout, "buffer") else data.decode()


class Stream:
    """A stream that gives up at the first failure to write, and is silent from then on.

    Args:
        stream: of text or of bytes; what is not written is as it has it.
    """

    def __init__(self, stream: Any) -> None:  # noqa: ANN401 - text or bytes, real or of a test
        self._stream = stream
        self._buffer = Stream(stream.buffer) if hasattr(stream, "buffer") else None
        self._failure: int | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream has
        return getattr(self._stream, name)

    @property
    def buffer(self) -> Stream:
        """The bytes below the text.

        Raises:
            AttributeError: if there are none.
        """
        if self._buffer is None:
            raise AttributeError("buffer")
        return self._buffer

    @property
    def exit_code(self) -> int:
        """0 if everything was written."""
        failure = self._failure if self._failure or not self._buffer else self._buffer._failure  # noqa: SLF001 - its own kind
        if failure is None:
            return 0
        return _NOBODY_READS if failure == errno.EPIPE else _NOT_WRITTEN

    def write(self, data: Any) -> int:  # noqa: ANN401 - text or bytes
        """Write, or do nothing; the length of `data` either way."""
        try:
            return int(self._stream.write(data))
        except OSError as error:
            self._give_up(error)
            return len(data)

    def flush(self) -> None:
        """Flush, or do nothing."""
        try:
            self._stream.flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """What is still in buffers goes nowhere, at the interpreter's end too."""
        self._failure = self._failure or error.errno
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


@contextmanager
def lasting(encoding: str | None) -> Iterator[Stream | None]:
    """Have standard output and error last for a command; the former, if there is one.

    Args:
        encoding: of both, None for their own.
    """
    before = sys.stdout, sys.stderr
    out, err = (_lasting(stream, encoding) for stream in before)
    sys.stdout, sys.stderr = cast("tuple[TextIO, TextIO]", (out, err))
    try:
        yield out
        for stream in filter(None, (out, err)):
            stream.flush()
    finally:
        sys.stdout, sys.stderr = before


def _lasting(stream: TextIO | None, encoding: str | None) -> Stream | None:
    if isinstance(stream, io.TextIOWrapper):
        # Click writes UTF-8 where the encoding is ASCII; all else that writes must do so, too.
        is_ascii = codecs.lookup(stream.encoding).name == "ascii"
        own = "utf-8" if is_ascii else None
        stream.reconfigure(encoding=encoding or own, errors="backslashreplace")
    return None if stream is None else Stream(stream)

"""What a command that starts a server says: which server, where, in what precision."""

from __future__ import annotations

import shlex
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint.address import Address
from benchmark.measure.engine_options import Parallelism

if TYPE_CHECKING:
    from collections.abc import Iterable

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "[::]": "::1"}  # noqa: S104 - names, nothing is bound


class Kind(NamedTuple):
    """A server we know.

    Attributes:
        name: as an entry has it.
        mark: the word in its command that gives it away.
        port: its default.
        lists_when_ready: whether it says that it is well before it has a model to answer with, so
            that only its list of models tells.
    """

    name: str
    mark: str
    port: int
    lists_when_ready: bool = False


_KINDS = (
    Kind("vllm", "vllm", 8000),
    Kind("sglang", "sglang", 30000),
    Kind("llama.cpp", "llama-server", 8080),
    Kind("tgi", "text-generation-launcher", 3000),
    Kind("transformers", "transformers", 8000),
    Kind("sagellm", "sagellm", 8901, lists_when_ready=True),
)


def kind_of(words: Iterable[str]) -> Kind | None:
    """Which server a command line starts; None for one we do not know."""
    for word in words:
        program = PurePath(word).name.removesuffix(".exe")
        for kind in _KINDS:
            if program == kind.mark or program.startswith(f"{kind.mark}."):
                return kind
    return None


class ServeCommand:
    """A command line, read but not run.

    Raises:
        UsageError: if it is empty or its quotes do not match.
    """

    def __init__(self, text: str) -> None:
        try:
            self.words = shlex.split(text)
        except ValueError as error:
            raise UsageError(f"The command of --serve cannot be read: {error}.") from None
        if not self.words:
            raise UsageError("The command of --serve is empty.", hint=_HINT)

    @property
    def kind(self) -> Kind | None:
        """Which server it starts; None for one we do not know."""
        return kind_of(self.words)

    def address(self) -> Address:
        """Where the server will listen, by its options or its default port.

        Raises:
            UsageError: if neither tells.
        """
        port = self._number("--port", "-p") or (self.kind.port if self.kind else None)
        if port is None:
            raise UsageError(f"Where {self.words[0]} will listen is not known.", hint=_HINT)
        host = self.option("--host", "--hostname") or "127.0.0.1"
        return Address(False, _EVERYWHERE.get(host, host), port, "/v1")  # noqa: FBT003 - plain http

    def option(self, *names: str) -> str | None:
        """The value of an option under any of its names, `--port 1` or `--port=1`."""
        for word, following in zip(self.words, [*self.words[1:], ""], strict=True):
            name, equals, value = word.partition("=")
            if name in names:
                return value if equals else following
        return None

    @property
    def dtype(self) -> str | None:
        """As its options tell, in the server's words."""
        return self.option("--dtype", "--torch-dtype")

    @property
    def quantization(self) -> str | None:
        """As its options tell; a checkpoint may be quantized without any option."""
        return self.option("--quantization", "--quantize", "-q")

    @property
    def parallelism(self) -> Parallelism:
        """As its options tell."""
        return Parallelism(
            tensor=self._number("--tensor-parallel-size", "-tp", "--tp-size", "--tp") or 1,
            pipeline=self._number("--pipeline-parallel-size", "-pp", "--pp-size", "--pp") or 1,
            data=self._number("--data-parallel-size", "-dp", "--dp-size", "--dp") or 1,
        )

    def _number(self, *names: str) -> int | None:
        with suppress(ValueError):
            return int(self.option(*names) or "")
        return None


_HINT = N_("Name its --port in the command, or say where it listens with --base-url.")

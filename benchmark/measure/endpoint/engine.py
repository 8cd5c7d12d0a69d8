"""The engine `openai`: any server that streams answers in OpenAI's protocol.

The API key is read from the environment and goes nowhere but into the requests' header.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint import address as addresses
from benchmark.measure.endpoint.body import Writer
from benchmark.measure.endpoint.command import ServeCommand
from benchmark.measure.endpoint.drive import Driving
from benchmark.measure.endpoint.facts import Reached, describe
from benchmark.measure.endpoint.hardware import find_chips, find_gpus
from benchmark.measure.endpoint.identity import Server, identify
from benchmark.measure.endpoint.pages import text_at
from benchmark.measure.endpoint.patience import Patience
from benchmark.measure.endpoint.precision import settle
from benchmark.measure.endpoint.preflight import settle_dialect
from benchmark.measure.endpoint.server_process import start_server
from benchmark.measure.endpoint.target import EndpointTarget
from benchmark.measure.endpoint.tokenizer import open_tokenizer
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engine_options import APIS
from benchmark.measure.request import Request

if TYPE_CHECKING:
    from benchmark.measure.endpoint.server_process import ServerProcess
    from benchmark.measure.endpoint.tokenizer import Tokenizer
    from benchmark.measure.engine_options import Endpoint, EngineOptions
    from benchmark.measure.request import ModelShape

KEY_VARIABLE = "OPENAI_API_KEY"
_TRIAL_PROMPT, _TRIAL_LENGTH = 8, 2
_PATIENCE = Patience()
_NO_ADDRESS = N_("Say where it answers by --base-url, or start it by --serve.")


class EndpointEngine:
    """An endpoint that has not been reached yet."""

    def __init__(
        self,
        options: EngineOptions,
        endpoint: Endpoint,
        key: str | None,
        tokenizer: Tokenizer,
        patience: Patience,
    ) -> None:
        self._patience = patience
        self._command = ServeCommand(endpoint.serve) if endpoint.serve else None
        settle(options.dtype, self._command, None)
        self._address = _address(endpoint, self._command)
        self._options = options
        self._chips = find_chips(options, self._address, self._command)
        self._key = key
        self._tokenizer = tokenizer
        self._writer = Writer(self._address, endpoint.api, options.model, key, tokenizer.decode)

    @property
    def shape(self) -> ModelShape:
        """What requests must respect."""
        return self._tokenizer.shape

    def load(self) -> EndpointTarget:
        """Start the server if asked to, and see that it answers.

        Raises:
            EngineFailedError: if nobody answers.
            PermissionDeniedError: if the key is missing or wrong.
            UsageError: if it has no such path or model, or its GPUs are not known.
        """
        if self._command is None:
            return self._reach(None)
        server = start_server(
            self._command, self._address, self._writer, self._patience, self._clean
        )
        try:
            return self._reach(server)
        except BaseException as error:
            said = server.last_lines()
            server.stop()
            if isinstance(error, EngineFailedError):
                error.said = said
            raise

    def _reach(self, server: ServerProcess | None) -> EndpointTarget:
        trial, first_s = self._trial(), self._patience.first_s
        settle_dialect(self._address, self._writer, trial, self._clean, first_s)
        chips = self._chips or find_gpus(self._command)
        silence_s = self._patience.silence_s
        driving = Driving(self._address, self._writer, time.perf_counter_ns, silence_s)
        found = self._identify()
        reached = Reached(self._address, self._writer.api, chips, found, self._command, server)
        return EndpointTarget(
            driving,
            self._tokenizer.count,
            self._clean,
            describe(reached, self._options),
            server,
            self._metrics if found.has_metrics else None,
        )

    def _trial(self) -> Request:
        """A request as short as can be; its answer must be a stream of the length asked for."""
        shape = self._tokenizer.shape
        usable = (token for token in range(shape.vocabulary) if token not in shape.special_ids)
        prompt = tuple(token for _, token in zip(range(_TRIAL_PROMPT), usable, strict=False))
        return Request(prompt, _TRIAL_LENGTH, self._tokenizer.decode(prompt).strip() or "Hello")

    def _identify(self) -> Server:
        kind = self._command.kind if self._command else None
        return identify(self._address, self._writer, kind.name if kind else None)

    def _metrics(self) -> bytes:
        return text_at(self._address, self._writer, f"{self._address.root}/metrics")

    def _clean(self, text: str) -> str:
        """A server may repeat the key it refuses."""
        return text.replace(self._key, "***") if self._key else text


def create(options: EngineOptions, patience: Patience = _PATIENCE) -> EndpointEngine:
    """The engine for `options`; reads the tokenizer, sends nothing.

    Args:
        options: with an endpoint.
        patience: how long to wait for its server.

    Raises:
        UsageError: if the options cannot work.
        InvalidDataError: if the description of the chips is none.
    """
    endpoint = options.endpoint
    if endpoint is None or (endpoint.url is None and endpoint.serve is None):
        raise UsageError("The engine openai needs an endpoint.", hint=_NO_ADDRESS)
    if endpoint.api not in APIS:
        raise UsageError(f"There is no API {endpoint.api}.", hint=f"Choose: {', '.join(APIS)}.")
    key = os.environ.get(KEY_VARIABLE) or None  # noqa: TID251 - a secret must not be in options
    tokenizer = open_tokenizer(endpoint.tokenizer or options.model)
    return EndpointEngine(options, endpoint, key, tokenizer, patience)


def _address(endpoint: Endpoint, command: ServeCommand | None) -> addresses.Address:
    if endpoint.url is not None:
        return addresses.parse(endpoint.url)
    if command is None:
        raise UsageError("The engine openai needs an endpoint.", hint=_NO_ADDRESS)
    return command.address()

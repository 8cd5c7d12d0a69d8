"""The engine `openai`: any server that streams answers in OpenAI's protocol.

The API key is read from the environment and goes nowhere but into the requests' header.
"""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING

from benchmark.errors import BenchmarkError, UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint import address as addresses
from benchmark.measure.endpoint import oddities
from benchmark.measure.endpoint.access import Access
from benchmark.measure.endpoint.body import Asking, Writer
from benchmark.measure.endpoint.command import ServeCommand
from benchmark.measure.endpoint.drive import Driving
from benchmark.measure.endpoint.facts import Reached, describe
from benchmark.measure.endpoint.hardware import find_chips, find_gpus
from benchmark.measure.endpoint.headers import parse_fields, read_headers
from benchmark.measure.endpoint.identity import Server, identify
from benchmark.measure.endpoint.known_servers import ENDS_EARLY
from benchmark.measure.endpoint.pages import text_at
from benchmark.measure.endpoint.patience import Patience
from benchmark.measure.endpoint.precision import settle
from benchmark.measure.endpoint.preflight import settle_dialect, unreachable
from benchmark.measure.endpoint.proxies import through_proxy
from benchmark.measure.endpoint.server_process import start_server
from benchmark.measure.endpoint.target import EndpointTarget
from benchmark.measure.endpoint.tokenizer import open_tokenizer
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engine_options import APIS
from benchmark.measure.request import Request
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.endpoint.headers import Headers
    from benchmark.measure.endpoint.server_process import ServerProcess
    from benchmark.measure.endpoint.tokenizer import Tokenizer
    from benchmark.measure.engine_options import Endpoint, EngineOptions
    from benchmark.measure.request import ModelShape

_TRIAL_PROMPT, _TRIAL_LENGTH = 8, 2
_PATIENCE = Patience()
_LISTENS_S = 5.0
_NO_ADDRESS = N_("Say where it answers by --base-url, or start it by --serve.")


class EndpointEngine:
    """An endpoint that has not been reached yet."""

    def __init__(
        self,
        options: EngineOptions,
        endpoint: Endpoint,
        headers: Headers,
        tokenizer: Tokenizer,
        patience: Patience,
    ) -> None:
        self._endpoint = endpoint
        self._patience = patience
        self._command = ServeCommand(endpoint.serve) if endpoint.serve else None
        settle(options.dtype, self._command, None)
        self._address = _address(endpoint, self._command)
        self._options = options
        self._chips = find_chips(options, self._address, self._command)
        self._secrets = headers.secrets
        self._started: ServerProcess | None = None
        self._tell_wait: Callable[[str, float], None] = lambda _reason, _seconds: None
        self._tokenizer = tokenizer
        asking = Asking(endpoint.api, options.model, endpoint.sampling, endpoint.extra_body)
        self._writer = Writer(self._address, asking, headers, tokenizer.decode)

    @property
    def shape(self) -> ModelShape:
        """What requests must respect."""
        return self._tokenizer.shape

    def tell_waits(self, tell: Callable[[str, float], None]) -> None:
        """See `benchmark.measure.engine.Waits`."""
        self._tell_wait = tell

    def abandon(self) -> None:
        """See `benchmark.measure.engine.Waits`."""
        if self._started is not None:
            self._started.stop()

    def _note(self, server: ServerProcess) -> None:
        self._started = server

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
            self._command, self._address, self._writer, self._patience, self._clean, self._note
        )
        try:
            return self._reach(server)
        except BaseException as error:
            said = server.last_lines()
            server.stop()
            if isinstance(error, EngineFailedError):
                error.said = (*error.said, *said)
            raise

    def _reach(self, server: ServerProcess | None) -> EndpointTarget:
        trial = self._trial()
        found = settle_dialect(self._writer, trial, self._clean, self._patience, self._tell_wait)
        if self._writer.address.host != self._address.host:
            self._chips = find_chips(self._options, self._writer.address, self._command)
        self._address = self._writer.address
        caveats = (*self._oddities(), *found.caveats)
        chips = self._chips or find_gpus(self._command)
        known, silence_s = self._identify(), self._patience.silence_s
        clock, ends_early = time.perf_counter_ns, known.name in ENDS_EARLY
        driving = Driving(self._address, self._writer, clock, silence_s, ends_early)
        reached = Reached(
            self._address,
            self._writer.api,
            chips,
            known,
            self._command,
            server,
            caveats,
            {**self._asked(), "template_tokens": self._template(trial, found.prompt_tokens)},
        )
        return EndpointTarget(
            driving,
            self._tokenizer.count,
            self._clean,
            describe(reached, self._options),
            server,
            self._metrics if known.has_metrics else None,
        )

    def _trial(self) -> Request:
        """A request as short as can be; its answer must be a stream of the length asked for."""
        shape = self._tokenizer.shape
        usable = (token for token in range(shape.vocabulary) if token not in shape.special_ids)
        prompt = tuple(token for _, token in zip(range(_TRIAL_PROMPT), usable, strict=False))
        text = self._tokenizer.decode(prompt).strip() or "Hello"
        return Request(prompt, _TRIAL_LENGTH, text, exact=not self._endpoint.natural_length)

    def _template(self, trial: Request, told: int | None) -> int | None:
        """Tokens that the server puts around a prompt; None if neither it nor the model tells."""
        if told is not None:
            return max(0, told - self._tokenizer.count(trial.text or ""))
        return self._tokenizer.template_tokens() if self._writer.api == "chat" else None

    def _oddities(self) -> Iterator[Caveat]:
        endpoint = self._endpoint
        yield from oddities.of_access(self._address)
        yield from oddities.of_asking(endpoint.api, self._writer.api, endpoint.extra_body)

    def _identify(self) -> Server:
        kind = self._command.kind if self._command else None
        return identify(self._address, self._writer, kind.name if kind else None)

    def _metrics(self) -> bytes:
        return text_at(self._address, self._writer, f"{self._address.root}/metrics")

    def _asked(self) -> dict[str, str]:
        lengths = "natural" if self._endpoint.natural_length else "exact"
        return {"answer_lengths": lengths, "sampling": self._sampling()}

    def _sampling(self) -> str:
        """As every request says it."""
        default = {"temperature": 0.0} if self._writer.dialect.temperature else {}
        said = {**default, **self._endpoint.sampling}
        return ", ".join(f"{name}={value:g}" for name, value in said.items())

    def _clean(self, text: str) -> str:
        """A server may repeat the key it refuses."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


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
    environ = os.environ  # noqa: TID251 - a secret must not be in options
    headers = read_headers(parse_fields(endpoint.header), environ)
    try:
        tokenizer = open_tokenizer(endpoint.tokenizer or options.model)
    except BenchmarkError:
        # Whoever asks a server that is down need not find its tokenizer first.
        _see_that_it_listens(endpoint)
        raise
    return EndpointEngine(options, endpoint, headers, tokenizer, patience)


def _see_that_it_listens(endpoint: Endpoint) -> None:
    """One connection to a server that is said to run.

    Raises:
        EngineFailedError: if nobody takes it.
    """
    if endpoint.url is None or endpoint.serve is not None:
        return
    address = _address(endpoint, None)
    if address.access.proxy is not None:
        return
    try:
        socket.create_connection((address.host, address.port), _LISTENS_S).close()
    except OSError as error:
        reason = one_line(error.strerror or str(error))
        raise unreachable(address._replace(query=""), reason) from None


def _address(endpoint: Endpoint, command: ServeCommand | None) -> addresses.Address:
    if endpoint.url is not None:
        found = addresses.parse(endpoint.url)
    elif command is not None:
        found = command.address()
    else:
        raise UsageError("The engine openai needs an endpoint.", hint=_NO_ADDRESS)
    access = Access(insecure=endpoint.insecure, ca_file=endpoint.ca_file)
    return through_proxy(found._replace(access=access))

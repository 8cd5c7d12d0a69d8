"""Before measuring: is anybody there, is it the right door, and what does it understand?"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import BenchmarkError, PermissionDeniedError, UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint import oddities
from benchmark.measure.endpoint.ask import ask
from benchmark.measure.endpoint.busy import BUSY, Waiting
from benchmark.measure.endpoint.connect import UNTRUSTED
from benchmark.measure.endpoint.connection import LOST
from benchmark.measure.endpoint.dialect import NONE, Dialect, names_a_field, settle
from benchmark.measure.endpoint.models import list_models
from benchmark.measure.endpoint.payload import has_error, is_web_page
from benchmark.measure.endpoint.proxies import through_proxy
from benchmark.measure.endpoint.redirect import REDIRECTS, follow
from benchmark.measure.endpoint.shapes import ShapedAnswer
from benchmark.measure.engine import EngineFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.body import Writer
    from benchmark.measure.endpoint.busy import Say
    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.endpoint.patience import Patience
    from benchmark.measure.endpoint.redirect import Redirect
    from benchmark.measure.request import Request

_SUCCESS = range(200, 300)
_UNAUTHORIZED, _FORBIDDEN, _PROXY_AUTHENTICATION = 401, 403, 407
_ELSEWHERE = {404, 405}
_GATEWAYS = range(500, 600)
"""A page with these comes from what stands before a server that is down."""

_TRY_LESS = {400, 422, 500, 501}
_USERS_FAULT = {400, 404, 405, 422}
_MOST_REDIRECTS = 5
_MOST_READ = 10_000


class Settled(NamedTuple):
    """What the trial found besides what the writer keeps.

    Attributes:
        caveats: what is odd about the way and the dialect.
        prompt_tokens: of the trial's whole prompt as the server counts them, None if it does not.
    """

    caveats: tuple[Caveat, ...]
    prompt_tokens: int | None


def settle_dialect(
    writer: Writer,
    request: Request,
    clean: Callable[[str], str],
    patience: Patience,
    say: Say,
) -> Settled:
    """Ask for a few tokens: where the operation is, and leaving out what the server refuses.

    The writer keeps the address and the dialect that work.

    Args:
        writer: of requests.
        request: a short one.
        clean: takes the API key out of what a server says.
        patience: how long to wait for an answer, and for a server that is not ready.
        say: told of each wait for a server that is not ready.

    Raises:
        EngineFailedError: if nobody answers, or no request succeeds.
        PermissionDeniedError: if a key is missing or wrong.
        UsageError: if this is no such endpoint, it has no such model, or it is elsewhere.
    """
    waiting = Waiting(patience, lambda reason, seconds: say(clean(reason), seconds))
    look = _Look(writer, request, patience.first_s, waiting)
    try:
        return look.find()
    except BenchmarkError as error:
        cleaned = type(error)(clean(str(error)), hint=error.hint)
        cleaned.said = tuple(clean(line) for line in error.said)
        raise cleaned from None


class _Look:
    """Sends trial requests."""

    def __init__(
        self, writer: Writer, request: Request, silence_s: float, waiting: Waiting
    ) -> None:
        self._writer = writer
        self._request = request
        self._silence_s = silence_s
        self._waiting = waiting
        self._fullest = writer.dialect = Dialect() if request.exact else Dialect(length=NONE)
        self._redirected: list[tuple[Address, str]] = []

    def find(self) -> Settled:
        """Let the writer keep what works.

        Raises:
            BenchmarkError: if nothing does: what the first, fullest request was answered.
        """
        first = self._find_place()
        asked = {self._fullest: first}

        def refusal(dialect: Dialect) -> str | None:
            if dialect not in asked:
                self._writer.dialect = dialect
                asked[dialect] = self._ask()
            return self._judge(asked[dialect])

        found = settle(refusal, self._fullest)
        if found is None:
            raise self._problem(first)
        self._writer.dialect = found
        self._writer.dropped = found.dropped(self._fullest)
        return Settled(self._caveats(), asked[found].answer.prompt_tokens)

    def _caveats(self) -> tuple[Caveat, ...]:
        """What is odd about what was found."""
        found = self._writer.address
        model = self._writer.model
        moved = (oddities.redirected(one, path, found, model) for one, path in self._redirected)
        return (*moved, *oddities.dropped(self._writer.dialect, self._writer.dropped))

    def _find_place(self) -> Exchange:
        """The answer of the place where the operation is; of the one named first if of none."""
        given = self._writer.address
        first = exchange = self._ask()
        for other in given.others:
            if not _is_elsewhere(exchange):
                return exchange
            self._writer.address = other
            exchange = self._ask()
        if not _is_elsewhere(exchange):
            return exchange
        self._writer.address = given
        return first

    def _ask(self) -> Exchange:
        """The answer of whoever answers in the end."""
        given = self._writer.address
        for _ in range(_MOST_REDIRECTS):
            data = self._writer.generation(self._request, "preflight")
            exchange = self._waiting.ask(partial(self._once, data))
            if exchange.status not in REDIRECTS:
                return exchange
            self._follow(exchange.redirect)
        message = f"{given.url} redirects more than {_MOST_REDIRECTS} times."
        raise UsageError(message, hint=_URL_HINT)

    def _once(self, data: bytes) -> Exchange:
        address = self._writer.address
        return ask(address, data, self._silence_s, self._request, ShapedAnswer())

    def _follow(self, redirect: Redirect) -> None:
        writer = self._writer
        secret = writer.holds_secrets
        found = follow(writer.address, writer.path, redirect, with_secrets=secret)
        self._redirected.append((writer.address, writer.path))
        moved = found.origin != writer.address.origin
        writer.address = through_proxy(found) if moved else found

    def _judge(self, exchange: Exchange) -> str | None:
        """None for an answer; else what the server has against the fields of the request.

        Raises:
            BenchmarkError: if fewer fields cannot help.
        """
        trouble = exchange.trouble()
        if trouble is None:
            return None
        said = f"{trouble} {exchange.raw[:_MOST_READ].decode(errors='replace')}"
        if _may_be_a_field(exchange) or self._names_a_field(exchange, said):
            return said
        raise self._problem(exchange)

    def _names_a_field(self, exchange: Exchange, said: str) -> bool:
        """Whatever the status means elsewhere, it may be what a field is answered."""
        refused = exchange.status not in {0, *_SUCCESS, *BUSY}
        return refused and names_a_field(self._writer.dialect, said)

    def _problem(self, exchange: Exchange) -> BenchmarkError:
        trouble, writer = exchange.trouble() or "", self._writer
        if exchange.status == 0:
            return unreachable(writer.address, trouble)
        proxy = writer.address.access.proxy
        if exchange.status == _PROXY_AUTHENTICATION and proxy is not None:
            message = f"The proxy {proxy.shown} wants a name and a password: {trouble}"
            return PermissionDeniedError(message, hint=_PROXY_HINT)
        url = writer.address.shown(writer.api)
        if exchange.status in {_UNAUTHORIZED, _FORBIDDEN}:
            message = f"{url} refuses the key or wants one: {trouble}"
            return PermissionDeniedError(message, hint=_KEY_HINT)
        is_page = is_web_page(exchange.raw, exchange.content_type)
        if is_page and exchange.status not in _GATEWAYS:
            message = f"{url} answers with a web page (HTTP {exchange.status})."
            return UsageError(message, hint=_URL_HINT)
        if exchange.status in _USERS_FAULT:
            message = f"{url} has no such path or model, or refuses the request: {trouble}"
            return UsageError(message, hint=_served(writer, trouble))
        message, hint = f"{url} cannot answer: {trouble}", _LOG_HINT
        if exchange.status in _SUCCESS:
            forced = exchange.answer.error is not None and self._request.exact
            hint = _LENGTH_HINT if forced else _STREAM_HINT
        if exchange.status in BUSY:
            hint = _BUSY_HINT
        return EngineFailedError(message, hint=hint, said=[*_what_came(exchange)])


def _is_elsewhere(exchange: Exchange) -> bool:
    """Whether there is no such path; a server that knows the path says which model it misses."""
    page = is_web_page(exchange.raw, exchange.content_type)
    return exchange.status in _ELSEWHERE and (page or b"model" not in exchange.raw.lower())


def _may_be_a_field(exchange: Exchange) -> bool:
    """Whether what went wrong may be due to a field of the request."""
    if exchange.error is not None and exchange.error.startswith(LOST):
        # Some servers break over a field that they do not know.
        return True
    if exchange.status in _SUCCESS:
        answer = exchange.answer
        return (answer.error or answer.doubt) is not None or has_error(exchange.raw)
    page = is_web_page(exchange.raw, exchange.content_type)
    return exchange.status in _TRY_LESS and exchange.error is None and not page


def _what_came(exchange: Exchange) -> Iterator[str]:
    """Of a success that is no answer: who wrote the server knows it by its fields."""
    if exchange.status not in _SUCCESS:
        return
    yield f"It sent HTTP {exchange.status}, {exchange.content_type or 'untyped'}:"
    if isinstance(exchange.answer, ShapedAnswer):
        for shape in exchange.answer.shapes:
            yield f"{shape.events} × {', '.join(shape.fields) or 'nothing'}"
    # Lines are cut where they are shown: half of a secret would not be known as one.
    yield from exchange.raw[:_MOST_READ].decode(errors="replace").splitlines()[:_MOST_LINES]


def unreachable(address: Address, reason: str) -> EngineFailedError:
    """The error for an endpoint where nobody answers."""
    hint = _TLS_HINT if reason.startswith(UNTRUSTED) else _START_HINT
    return EngineFailedError(f"Nobody answers at {address.url}: {reason}.", hint=hint)


def _served(writer: Writer, trouble: str) -> str:
    """What to do about a request that is refused."""
    if writer.api == "chat" and _TEMPLATE.search(trouble):
        return _TEMPLATE_HINT
    models = list_models(writer.address, writer)
    if writer.model in {one.name for one in models}:
        return _CHAT_HINT if writer.api == "completions" else _FIELDS_HINT
    if models:
        return f"The endpoint serves: {', '.join(one.name for one in models[:_MOST_SHOWN])}."
    return _URL_HINT


_MOST_SHOWN = 10
_MOST_LINES = 5
_URL_HINT = N_(
    "Give the URL up to its version, like http://127.0.0.1:8000/v1, or of the operation, and the "
    "model's name there."
)
_CHAT_HINT = N_("It has the model: ask it by --api chat, or see in its log what it refuses.")
_TEMPLATE = re.compile(r"chat[ _]?template", re.IGNORECASE)
_TEMPLATE_HINT = N_(
    "Without a chat template a model completes texts: ask it by --api completions, or give the "
    "server a template."
)
_FIELDS_HINT = N_("It has the model: its log may say what of the request it refuses.")
_KEY_HINT = N_("Put the endpoint's key into the environment variable OPENAI_API_KEY.")
_PROXY_HINT = N_("Give them in the variable that names it, like http://NAME:PASSWORD@HOST:PORT.")
_BUSY_HINT = N_("It had no place for a request, or its model was not there yet: try again later.")
_LOG_HINT = N_("The server's log says more.")
_STREAM_HINT = N_(
    "Only what is streamed to its end can be measured: see whether the server, or a proxy before "
    "it, can do so."
)
_LENGTH_HINT = N_(
    "The server's log says more. If it cannot go on past the model's own end, --natural-length "
    "takes answers as long as they come."
)
_TLS_HINT = N_("Give the certificate it is signed with by --ca-file, or, in a lab, --insecure.")
_START_HINT = N_("Start the server, check the URL, or let --serve start it.")

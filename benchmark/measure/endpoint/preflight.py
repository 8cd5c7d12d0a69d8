"""Before measuring: is anybody there, is it the right door, and what does it understand?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.errors import BenchmarkError, PermissionDeniedError, UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint.ask import ask
from benchmark.measure.endpoint.body import DIALECTS
from benchmark.measure.endpoint.models import list_models
from benchmark.measure.engine import EngineFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.body import Writer
    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.request import Request

_UNAUTHORIZED, _FORBIDDEN = 401, 403
_TRY_LESS = {400, 422}
_USERS_FAULT = {400, 404, 405, 422}


def settle_dialect(
    address: Address,
    writer: Writer,
    request: Request,
    clean: Callable[[str], str],
    silence_s: float,
) -> None:
    """Ask for a few tokens, leaving out what the server refuses; the writer keeps what works.

    Args:
        address: of the endpoint.
        writer: of requests; its dialect is set.
        request: a short one.
        clean: takes the API key out of what a server says.
        silence_s: seconds to wait for anything.

    Raises:
        EngineFailedError: if nobody answers, or no request succeeds.
        PermissionDeniedError: if a key is missing or wrong.
        UsageError: if this is no such endpoint, or it has no such model.
    """
    for dialect in DIALECTS:
        writer.dialect = dialect
        exchange = ask(address, writer.generation(request, "preflight"), silence_s)
        if exchange.status not in _TRY_LESS:
            break
    problem = _problem(address, writer, exchange)
    if problem is not None:
        raise type(problem)(clean(str(problem)), hint=problem.hint)


def _problem(address: Address, writer: Writer, exchange: Exchange) -> BenchmarkError | None:
    trouble = exchange.trouble()
    if trouble is None:
        return None
    if exchange.status == 0:
        return unreachable(address, trouble)
    url = f"{address.url.removesuffix(address.base)}{writer.path}"
    if exchange.status in {_UNAUTHORIZED, _FORBIDDEN}:
        message = f"{url} refuses the key or wants one: {trouble}"
        return PermissionDeniedError(message, hint=_KEY_HINT)
    if exchange.content_type.startswith("text/html"):
        message = f"{url} answers with a web page (HTTP {exchange.status})."
        return UsageError(message, hint=_URL_HINT)
    if exchange.status in _USERS_FAULT:
        message = f"{url} has no such path or model, or refuses the request: {trouble}"
        return UsageError(message, hint=_served(address, writer))
    return EngineFailedError(f"{url} cannot answer: {trouble}", hint=_LOG_HINT)


def unreachable(address: Address, reason: str) -> EngineFailedError:
    """The error for an endpoint where nobody answers."""
    return EngineFailedError(f"Nobody answers at {address.url}: {reason}.", hint=_START_HINT)


def _served(address: Address, writer: Writer) -> str:
    models = list_models(address, writer)
    if models:
        return f"The endpoint serves: {', '.join(one.name for one in models[:_MOST_SHOWN])}."
    return _URL_HINT


_MOST_SHOWN = 10
_URL_HINT = N_(
    "Give the URL up to its version, like http://127.0.0.1:8000/v1, and the model's name there."
)
_KEY_HINT = N_("Put the endpoint's key into the environment variable OPENAI_API_KEY.")
_LOG_HINT = N_("The server's log says more.")
_START_HINT = N_("Start the server, check the URL, or let --serve start it.")

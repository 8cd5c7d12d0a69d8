"""Starts sageLLM's own server, or reaches one that runs, and measures it as any endpoint.

What holds for endpoints holds for it: it is asked by streamed chat, and everything that was started
is stopped, however the run ends.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint import engine as endpoints
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engine_options import Endpoint
from benchmark.measure.sagellm.program import not_installed
from benchmark.measure.sagellm.serving import serve_command

if TYPE_CHECKING:
    from benchmark.measure.endpoint.engine import EndpointEngine
    from benchmark.measure.endpoint.target import EndpointTarget
    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.request import ModelShape

_NAME = "sagellm"
_WANTS_A_HUB = "HF_ENDPOINT"
"""It names this variable if it reaches no Hub, and then ends."""


class SagellmEngine:
    """An endpoint that is to be sageLLM."""

    def __init__(self, endpoint: EndpointEngine, *, is_started: bool) -> None:
        self._endpoint = endpoint
        self._is_started = is_started

    @property
    def shape(self) -> ModelShape:
        """What requests must respect."""
        return self._endpoint.shape

    def load(self) -> EndpointTarget:
        """Start it if it does not run, and see that it answers.

        Raises:
            EngineFailedError: if it does not.
            UsageError: if what answers is not sageLLM.
        """
        try:
            target = self._endpoint.load()
        except EngineFailedError as error:
            if self._is_started:
                _explain(error)
            raise
        service = target.facts().service
        if service is None or service.name != _NAME:
            target.close()
            raise _another("" if service is None else service.name)
        return target


def create(options: EngineOptions) -> SagellmEngine:
    """The engine for `options`; reads the tokenizer, starts nothing.

    Raises:
        UsageError: if the options cannot work, or it is not installed.
        InvalidDataError: if the description of the chips is none.
    """
    endpoint = options.endpoint or Endpoint()
    is_started = endpoint.url is None
    if is_started:
        if endpoint.program is None:
            raise not_installed()
        endpoint = endpoint._replace(serve=serve_command(endpoint.program, options))
    return SagellmEngine(
        endpoints.create(replace(options, endpoint=endpoint)), is_started=is_started
    )


def _explain(error: EngineFailedError) -> None:
    """The user has given no command whose fault it could be."""
    if any(_WANTS_A_HUB in line for line in error.said):
        error.args = ("sageLLM wants to reach a Hub before it starts, and reached none.",)
        error.hint = _HUB_HINT
    else:
        error.hint = _LOG_HINT


def _another(name: str) -> UsageError:
    return UsageError(
        f"What answers is not sageLLM, but says that it is {name}.",
        hint=N_("Measure it by --engine openai."),
    )


_HUB_HINT = N_(
    "Let HF_ENDPOINT name a Hub that this machine reaches. For a model in a local folder an "
    "embedded one is enough: sagellm-benchmark hub --root FOLDER."
)
_LOG_HINT = N_("What it printed says more. Try it by itself: sagellm serve --model MODEL.")

"""Whether a server that was started is ready to answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmark.measure.endpoint.ask import ask
from benchmark.measure.endpoint.models import list_models

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.body import Writer

WITHOUT_MODEL_S = 20.0
"""For a server that is well to list a model; sageLLM's needs a second, or never has any."""

_ANSWER_S = 5.0
_OK, _UNAVAILABLE = 200, 503


class Readiness:
    """What a server says of itself while it starts.

    Args:
        address: of the server.
        writer: of requests.
        by_its_models: whether it says that it is well before it has a model to answer with.
        clock: seconds.
    """

    def __init__(
        self,
        address: Address,
        writer: Writer,
        *,
        by_its_models: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = address
        self._writer = writer
        self._by_its_models = by_its_models
        self._clock = clock
        self._well_since_s: float | None = None

    def is_ready(self) -> bool:
        """By `/health`, which says 503 while a model is loaded; by its list of models without one.

        Of some servers the list alone says so.
        """
        if self._by_its_models:
            return self._lists_a_model()
        health = self._status(f"{self._address.root}/health")
        if health in {0, _OK, _UNAVAILABLE}:
            return health == _OK
        return self._status(f"{self._address.base}/models") not in {0, _UNAVAILABLE}

    @property
    def is_in_vain(self) -> bool:
        """Whether it has been well for long without a model: it could not load it."""
        since_s = self._well_since_s
        return since_s is not None and self._clock() - since_s > WITHOUT_MODEL_S

    def answers(self) -> bool:
        """Whether anybody is there."""
        return self._status(f"{self._address.base}/models") != 0

    def _lists_a_model(self) -> bool:
        if list_models(self._address, self._writer):
            return True
        if self._well_since_s is None and self.answers():
            self._well_since_s = self._clock()
        return False

    def _status(self, path: str) -> int:
        """HTTP's status of a question, 0 if nobody answers."""
        return ask(self._address, self._writer.question(path), _ANSWER_S).status

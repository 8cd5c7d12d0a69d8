"""A decoder as an inference session of onnxruntime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as states

from benchmark.measure.engines.optimum_model import check_inputs

if TYPE_CHECKING:
    import numpy.typing as npt

    from benchmark.measure.engines.optimum_model import Ids

ENGINE = "onnxruntime"
ERRORS: tuple[type[Exception], ...] = (
    states.EPFail,
    states.Fail,
    states.InvalidArgument,
    states.RuntimeException,
    MemoryError,
)
_PAST, _PRESENT, _LOGITS = "past_key_values", "present", "logits"
_NUMPY = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


class Session:
    """An inference session; keys and values stay where the session left them, nothing is copied.

    Args:
        session: of onnxruntime, for a decoder with a cache.
        device: where keys and values stay, in onnxruntime's words.
        vocabulary: the number of scores for each position, if the graph does not say.
    """

    errors = ERRORS

    def __init__(self, session: Any, device: str, vocabulary: int) -> None:  # noqa: ANN401 - onnxruntime is untyped here
        self._session = session
        self._device = device
        inputs = session.get_inputs()
        self._past_inputs = [one for one in inputs if one.name.startswith(_PAST)]
        self._names = {one.name for one in inputs} - {one.name for one in self._past_inputs}
        check_inputs(ENGINE, self._names)
        self._presents = [_PRESENT + one.name.removeprefix(_PAST) for one in self._past_inputs]
        scores = next(one for one in session.get_outputs() if one.name == _LOGITS)
        width = scores.shape[-1]
        self._vocabulary = width if isinstance(width, int) else vocabulary
        self._scores_type = _NUMPY[scores.type]
        self._scores = np.empty((0, 0, self._vocabulary), self._scores_type)
        self._past: list[Any] = []

    def reset(self, batch: int) -> None:
        """Empty keys and values have no positions."""
        self._past = [
            onnxruntime.OrtValue.ortvalue_from_numpy(
                np.zeros(_empty(one.shape, batch), _NUMPY[one.type]), self._device
            )
            for one in self._past_inputs
        ]

    def step(self, ids: Ids, mask: Ids, positions: Ids) -> npt.NDArray[Any]:
        """Run the graph once; its outputs of this step are its inputs of the next."""
        binding = self._session.io_binding()
        given = {"input_ids": ids, "attention_mask": mask, "position_ids": positions}
        for name in self._names:
            binding.bind_cpu_input(name, np.ascontiguousarray(given[name]))
        for one, value in zip(self._past_inputs, self._past, strict=True):
            binding.bind_ortvalue_input(one.name, value)
        scores = self._bind_scores(binding, ids.shape)
        for name in self._presents:
            binding.bind_output(name, self._device)
        self._session.run_with_iobinding(binding)
        self._past = binding.get_outputs()[1:]
        return scores[:, -1]

    def _bind_scores(self, binding: Any, shape: tuple[int, ...]) -> npt.NDArray[Any]:  # noqa: ANN401 - as above
        """Into an array of our own, which saves a copy of every position's scores."""
        if self._scores.shape[:2] != shape:
            self._scores = np.empty((*shape, self._vocabulary), self._scores_type)
        binding.bind_output(
            _LOGITS,
            "cpu",
            element_type=self._scores_type,
            shape=self._scores.shape,
            buffer_ptr=self._scores.ctypes.data,
        )
        return self._scores


def _empty(shape: list[int | str], batch: int) -> tuple[int, ...]:
    """Sizes that are names are the batch, which comes first, and the positions."""
    return tuple(
        size if isinstance(size, int) else (0 if place else batch)
        for place, size in enumerate(shape)
    )

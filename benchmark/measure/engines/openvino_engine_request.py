"""A decoder as a stateful inference request of openvino."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmark.measure.engines.optimum_model import check_inputs

if TYPE_CHECKING:
    import numpy.typing as npt

    from benchmark.measure.engines.optimum_model import Ids

ENGINE = "openvino"
ERRORS: tuple[type[Exception], ...] = (RuntimeError, ValueError, MemoryError)
_LOGITS = "logits"


class InferRequest:
    """An inference request; openvino keeps the keys and values itself.

    Args:
        compiled: a compiled model of openvino's, stateful.
    """

    errors = ERRORS

    def __init__(self, compiled: Any) -> None:  # noqa: ANN401 - openvino is untyped here
        self._names = {one.any_name for one in compiled.inputs}
        check_inputs(ENGINE, self._names)
        self._request = compiled.create_infer_request()
        self._beams = np.empty(0, np.int32)

    def reset(self, batch: int) -> None:
        """Forget the last request; every prompt is its own beam."""
        self._request.reset_state()
        self._beams = np.arange(batch, dtype=np.int32)

    def step(self, ids: Ids, mask: Ids, positions: Ids) -> npt.NDArray[Any]:
        """Run the graph once, on our arrays and its own, without copies."""
        given = {
            "input_ids": ids,
            "attention_mask": mask,
            "position_ids": positions,
            "beam_idx": self._beams,
        }
        inputs = {name: given[name] for name in self._names}
        self._request.infer(inputs, share_inputs=True, share_outputs=True)
        scores: npt.NDArray[Any] = self._request.get_tensor(_LOGITS).data
        return scores[:, -1]

"""onnxruntime and openvino in the environments users get, on a real model of two layers."""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from tests.support import quick_worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.warm import Warm

pytestmark = pytest.mark.xdist_group("engines")

CHILD = Path(__file__).with_name("optimum_child.py")
ENGINES = ("onnxruntime", "openvino")
OFFERED = [(name, dtype) for name in ENGINES for dtype in ("float32", "int8")]
OFFERED += [("openvino", "int4")]
BFLOAT16 = ("openvino", "bfloat16")
PROMPTS = [[3, 141, 59, 26, 5, 35, 89, 79], [2, 71, 82, 81, 82, 84, 59, 4]]
LENGTH = 12


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved GPT-2 of 64 positions, with weights so large that its answers vary."""
    folder = tmp_path_factory.mktemp("optimum") / "model"
    torch.manual_seed(0)
    sizes = {"n_layer": 2, "n_embd": 128, "n_head": 2, "vocab_size": 300, "n_positions": 64}
    config = AutoConfig.for_model("gpt2", **sizes, initializer_range=0.3)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where exports go."""
    return tmp_path_factory.mktemp("exports")


class Child:
    """A process in an engine's environment, which answers as long as it is asked."""

    def __init__(self, warm: Warm, log: Path) -> None:
        self._log = log
        code = f"import runpy; runpy.run_path({str(CHILD)!r})"
        with log.open("w") as words:
            self._process = subprocess.Popen(
                warm.command(quick_worker.forked_exports(warm) + code),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                text=True,
            )

    def ask(self, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What it says of the cases."""
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None
        assert told is not None
        asked.write(json.dumps(cases) + "\n")
        asked.flush()
        lines = [told.readline() for _ in cases]
        assert all(lines), self._log.read_text()
        return [json.loads(line) for line in lines]

    def end(self) -> None:
        """It ends with its input."""
        self._process.communicate()
        assert self._process.returncode == 0, self._log.read_text()


@pytest.fixture(scope="session")
def children(
    warm_engines: dict[str, Warm], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Child]]:
    """One for each engine."""
    folder = tmp_path_factory.mktemp("children")
    started = {name: Child(warm_engines[name], folder / name) for name in ENGINES}
    yield started
    for child in started.values():
        child.end()


@pytest.fixture(scope="session")
def answers(children: dict[str, Child], model: Path, cache: Path) -> dict[tuple[str, str], Any]:
    """What every engine answered in every precision it offers."""
    found: dict[tuple[str, str], Any] = {}
    for name in ENGINES:
        mine = [one for one in (*OFFERED, BFLOAT16) if one[0] == name]
        cases = [case(name, model, cache, dtype=dtype) for _, dtype in mine]
        found.update(zip(mine, children[name].ask(cases), strict=True))
    return found


def case(
    engine: str, model: Path, cache: Path, *, length: int = LENGTH, **options: Any
) -> dict[str, Any]:
    """One case for the child."""
    asked = {"model": str(model), "backend": "cpu", "threads": 1, **options}
    words = {"engine": engine, "options": asked, "cache": str(cache)}
    return {**words, "prompts": PROMPTS, "output_length": length}


def stamps(answer: dict[str, Any]) -> Iterator[int]:
    """All stamps of an answer in the order they must have."""
    timing = answer["timing"]
    yield from (timing["start_ns"], *timing["token_ns"], timing["end_ns"])


@pytest.mark.parametrize("which", OFFERED)
def test_every_prompt_gets_exactly_the_tokens_asked_each_with_its_stamp(
    answers: dict[tuple[str, str], Any], which: tuple[str, str]
) -> None:
    """Two prompts in one batch share the stamps, which are in order."""
    answer = answers[which]
    assert [len(tokens) for tokens in answer["tokens"]] == [LENGTH, LENGTH]
    assert len(answer["timing"]["token_ns"]) == LENGTH
    assert all(before < after for before, after in pairwise(list(stamps(answer))[:-1]))


@pytest.mark.parametrize("name", ENGINES)
def test_float32_gives_the_tokens_of_transformers(
    answers: dict[tuple[str, str], Any], model: Path, name: str
) -> None:
    """Greedy, from the same weights; the answers are no mere repetition."""
    reference = AutoModelForCausalLM.from_pretrained(model)
    lengths = {"min_new_tokens": LENGTH, "max_new_tokens": LENGTH}
    ids = torch.tensor(PROMPTS)
    expected = reference.generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=False, **lengths
    )
    assert answers[name, "float32"]["tokens"] == expected[:, len(PROMPTS[0]) :].tolist()
    assert len({*expected[0].tolist()}) > len(PROMPTS[0]) + LENGTH // 2


@pytest.mark.parametrize(
    ("which", "precision", "quantization"),
    [
        (("onnxruntime", "float32"), "FP32", "None"),
        (("onnxruntime", "int8"), "INT8", "int8 dynamic"),
        (("openvino", "float32"), "FP32", "None"),
        (("openvino", "int8"), "INT8", "int8 weight-only"),
        (("openvino", "int4"), "INT4", "int4 weight-only"),
    ],
)
def test_the_precision_told_is_that_of_the_compiled_graph(
    answers: dict[tuple[str, str], Any],
    which: tuple[str, str],
    precision: str,
    quantization: str,
) -> None:
    """Quantized weights are smaller too."""
    facts = answers[which]["facts"]
    assert (facts["precision"], facts["quantization"]) == (precision, quantization)
    full = answers[which[0], "float32"]["facts"]["weight_bytes"]
    assert (facts["weight_bytes"] < 0.4 * full) == (precision != "FP32")


def test_bfloat16_is_executed_or_refused(answers: dict[tuple[str, str], Any]) -> None:
    """A CPU without bfloat16 would silently compute in float32."""
    answer = answers["openvino", "bfloat16"]
    if "error" in answer:
        assert answer["error"] == "UsageError"
        assert "has no bfloat16" in answer["message"]
    else:
        full = answers["openvino", "float32"]["facts"]["weight_bytes"]
        assert answer["facts"]["precision"] == "BF16"
        assert answer["facts"]["weight_bytes"] < 0.6 * full


@pytest.mark.parametrize("name", ENGINES)
def test_facts_name_parameters_threads_and_tools(
    answers: dict[tuple[str, str], Any], model: Path, name: str
) -> None:
    """As many parameters as torch counts; one thread was asked."""
    facts = answers[name, "int8"]["facts"]
    assert facts["parameters"] == AutoModelForCausalLM.from_pretrained(model).num_parameters()
    assert facts["threads"] == 1
    assert {name, "optimum", "transformers", "torch"} <= facts["tools"].keys()
    assert len(facts["config_sha256"]) == 64


@pytest.mark.parametrize("name", ENGINES)
def test_a_model_is_exported_once_and_random_weights_need_no_file(
    children: dict[str, Child], tiny_config: Path, cache: Path, name: str
) -> None:
    """The second load finds the first one's files and gives the same answer."""
    one = case(name, tiny_config, cache, random_weights=True, threads=2)
    before = {*(cache / "exports").iterdir()}
    first, again = children[name].ask([one, one])
    made = {*(cache / "exports").iterdir()} - before
    assert len([path for path in made if path.is_dir()]) == 1
    assert first["tokens"] == again["tokens"]
    assert (first["facts"]["weights"], first["facts"]["threads"]) == ("random", 2)


@pytest.mark.parametrize("name", ENGINES)
def test_what_cannot_work_is_refused_with_what_would(
    children: dict[str, Child], model: Path, tiny_config: Path, cache: Path, name: str
) -> None:
    """A backend and a precision it has not, no weights, and more positions than the model has."""
    asked = [
        case(name, model, cache, backend="npu"),
        case(name, model, cache, dtype="float64"),
        case(name, tiny_config, cache),
        case(name, model, cache, length=60),
    ]
    backend, dtype, weights, positions = children[name].ask(asked)
    assert (backend["exit_code"], "cpu" in backend["hint"]) == (2, True)
    assert (dtype["exit_code"], "float32 or" in dtype["hint"]) == (2, True)
    assert (weights["exit_code"], "--random-weights" in weights["hint"]) == (2, True)
    assert positions["error"] == "RequestFailedError"

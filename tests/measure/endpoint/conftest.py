"""Servers to measure, and a model's tokenizer to measure them with."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from benchmark.measure.endpoint.engine import create
from benchmark.measure.endpoint.patience import Patience
from benchmark.measure.engine_options import Endpoint, EngineOptions
from benchmark.measure.load import Load, StopRule, Watch
from benchmark.measure.request import Request
from tests.support import quick_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.endpoint.target import EndpointTarget
    from benchmark.measure.samples import Failure, Sample
    from tests.support.warm import Warm

SERVER = Path(__file__).resolve().parents[2] / "support" / "pace_server.py"


class Pace:
    """A running pace server."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._log = folder / "pace.json"
        self.process = subprocess.Popen(
            [sys.executable, str(SERVER), *FAST, "--log", str(self._log), *options],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}/v1"

    def stop(self) -> list[dict[str, Any]]:
        """What was asked, the measured requests only, and when it was answered."""
        self.process.terminate()
        self.process.wait()
        logs = json.loads(self._log.read_text()) if self._log.exists() else []
        return [one for one in logs if one["id"] not in {"", "preflight"}]


ONE = Load()
FAST = ("--port", "0", "--ttft-ms", "5", "--itl-ms", "1", "--keep-bodies")


@pytest.fixture(autouse=True)
def _quick_worker(monkeypatch: pytest.MonkeyPatch, warm_client: Warm) -> None:
    """A server computes: the measuring process needs torch for nothing."""
    quick_worker.use_warm(monkeypatch, warm_client)


@pytest.fixture
def pace(tmp_path: Path) -> Iterator[Callable[..., Pace]]:
    """Starts pace servers; they are stopped when the test is over."""
    with ExitStack() as stack:

        def start(*options: str) -> Pace:
            server = Pace(tmp_path, *options)
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tokenizer for which every letter and every ` word` is a token."""
    letters = [*sorted(pre_tokenizers.ByteLevel.alphabet()), "\u0120w", "or", "ord", "\u0120word"]
    merges = [("\u0120", "w"), ("o", "r"), ("or", "d"), ("\u0120w", "ord")]
    tokenizer = Tokenizer(models.BPE({letter: i for i, letter in enumerate(letters)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    folder = tmp_path_factory.mktemp("tokenizers") / "words"
    template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<end>", chat_template=template
    ).save_pretrained(folder)
    (folder / "config.json").write_text('{"model_type": "gpt2"}', encoding="utf-8")
    return folder


@pytest.fixture
def reach(words: Path) -> Iterator[Callable[..., EndpointTarget]]:
    """Reaches an endpoint as the engine does; what it started is stopped afterwards."""
    with ExitStack() as stack:

        def load(
            url: str | None, *, silence_s: float = 20.0, model: str | None = None, **endpoint: Any
        ) -> EndpointTarget:
            patience = Patience(120, first_s=60, busy_s=0, silence_s=silence_s, stop_s=2)
            options = EngineOptions(model or str(words), "cpu", endpoint=Endpoint(url, **endpoint))
            target = create(options, patience).load()
            stack.callback(target.close)
            return target

        yield load


@pytest.fixture
def drive() -> Callable[..., list[Sample | Failure]]:
    """Puts a load on a target: so many requests for so many tokens."""

    def run(
        target: EndpointTarget,
        count: int = 4,
        tokens: int = 10,
        load: Load = ONE,
        *,
        exact: bool = True,
    ) -> list[Sample | Failure]:
        done: list[Sample | Failure] = []
        requests = (Request((1, 2, 3), tokens, f"a b {n}", exact) for n in itertools.count())
        target.drive(requests, load, Watch(StopRule(repeats=count)), done.append)
        return done

    return run

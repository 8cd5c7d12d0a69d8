"""What an engine is asked to load, where and how. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json

BACKENDS = ("cpu", "cuda", "xpu", "mps", "npu", "ascend")
DTYPES = ("float32", "bfloat16", "float16", "int8", "int4")
APIS = ("chat", "completions")
SAMPLING = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "repetition_penalty",
    "presence_penalty",
    "frequency_penalty",
)
"""Fields of a request and, with hyphens, options."""


class Endpoint(NamedTuple):
    """Where the engines `openai` and `sagellm` send their requests.

    Attributes:
        url: with or without `/v1`; None if `serve` tells it by its own host and port.
        api: one of `APIS`.
        serve: a command that starts the server, None if it runs already.
        program: the command `sagellm`, which is to be started; None if that is not wanted.
        tokenizer: a name on the Hub or a folder; None for the model's own.
        cluster: the chips behind the endpoint as a JSON file describes them; None for this machine.
        natural_length: let the model end an answer.
        header: `Name: $VARIABLE`, fields of every request by the variables that hold their values.
        extra_body: further fields of every request.
        sampling: by the names in `SAMPLING`.
        ca_file: certificates to believe besides the system's.
        insecure: believe any certificate.
    """

    url: str | None = None
    api: str = "chat"
    serve: str | None = None
    tokenizer: str | None = None
    cluster: Mapping[str, object] | None = None
    natural_length: bool = False
    header: tuple[str, ...] = ()
    extra_body: Mapping[str, Json] = {}
    sampling: Mapping[str, float] = {}
    ca_file: str | None = None
    insecure: bool = False
    program: str | None = None


class Parallelism(NamedTuple):
    """How many ways a model is split (tensor, pipeline) and how many copies of it run (data)."""

    tensor: int = 1
    pipeline: int = 1
    data: int = 1


class Rendezvous(NamedTuple):
    """Where the processes of several machines meet; torchrun's words."""

    nodes: int = 1
    node_rank: int = 0
    address: str = "127.0.0.1"
    port: int = 0


ALONE = Parallelism()
HERE = Rendezvous()


@dataclass(frozen=True)
class EngineOptions:
    """What to load, where and how.

    Attributes:
        model: a name on the Hub or a local folder.
        backend: one of `BACKENDS`.
        dtype: one of `DTYPES`, None for the engine's default.
        threads: CPU threads for computing, None for the engine's default.
        seed: of random weights.
        random_weights: build the architecture at its real size, download nothing.
        compile: let torch compile the decoding step.
        attention: the attention implementation in the engine's own words, None for its default.
        endpoint: of the engines `openai` and `sagellm`.
        parallelism: of the engine `distributed`.
        rendezvous: of the engine `distributed`.
        batch: the most prompts that are generated together; memory for them may be set aside.
        positions: the longest prompt and answer together that will be asked for.
    """

    model: str
    backend: str
    dtype: str | None = None
    threads: int | None = None
    seed: int = 0
    random_weights: bool = False
    compile: bool = False
    attention: str | None = None
    endpoint: Endpoint | None = None
    parallelism: Parallelism = ALONE
    rendezvous: Rendezvous = HERE
    batch: int = 1
    positions: int = 0

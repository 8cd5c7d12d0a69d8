"""Which software serves: by what only one of them says."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.measure.endpoint.address import parse
from benchmark.measure.endpoint.body import Asking, Writer
from benchmark.measure.endpoint.headers import Headers
from benchmark.measure.endpoint.identity import Server, identify
from tests.measure.endpoint.telling import telling

SGLANG = {"mem_fraction_static": 0.8, "version": "0.5.9", "dtype": "bfloat16"}
LLAMA_CPP = {"default_generation_settings": {}, "build_info": "b6123-0123abc"}
TGI = {"model_id": "m", "max_concurrent_requests": 128, "model_dtype": "torch.float16"}


TRANSFORMERS = {key: {} for key in ["/v1/chat/completions", "/load_model", "/reset", "/health"]}


ASKING = Asking("chat", "m", {}, {})


def owned(owner: str, model: str = "m") -> dict[str, Any]:
    """A list of one model."""
    return {"/v1/models": {"data": [{"id": model, "owned_by": owner}]}}


def seen(pages: dict[str, Any], commanded: str | None = None) -> Server:
    """What the server with these pages is taken for."""
    with telling(pages) as url:
        address = parse(url)
        return identify(address, Writer(address, ASKING, Headers({}), str), commanded)


@pytest.mark.parametrize(
    ("pages", "name", "version"),
    [
        ({**owned("vllm"), "/version": {"version": "0.32.0"}}, "vllm", "0.32.0"),
        ({"/metrics": "vllm:num_requests_running 0\n", "/version": {}}, "vllm", None),
        ({**owned("sglang"), "/get_server_info": SGLANG}, "sglang", "0.5.9"),
        ({"/server_info": SGLANG}, "sglang", "0.5.9"),
        ({**owned("llamacpp"), "/props": LLAMA_CPP}, "llama.cpp", "b6123-0123abc"),
        ({"/props": LLAMA_CPP}, "llama.cpp", "b6123-0123abc"),
        ({"/info": {**TGI, "version": "3.3.6"}}, "tgi", "3.3.6"),
        ({**owned("library"), "/api/version": {"version": "0.12.6"}}, "ollama", "0.12.6"),
        (owned("sagellm"), "sagellm", None),
        ({**owned("tensorrt_llm"), "/version": {"version": "1.0.0"}}, "tensorrt-llm", "1.0.0"),
        (
            {**owned("Qwen", "Qwen/Qwen2"), "/openapi.json": {"paths": TRANSFORMERS}},
            "transformers",
            None,
        ),
        (
            {**owned("me"), "/openapi.json": {"info": {"title": "🦙 llama.cpp Python API"}}},
            "llama.cpp",
            None,
        ),
        ({**owned("Acme-Serve"), "/version": {"version": "v2"}}, "acme-serve", "2"),
    ],
)
def test_a_server_is_known_by_what_only_it_says(
    pages: dict[str, Any], name: str, version: str | None
) -> None:
    """Its name in lower case, and its version alone."""
    found = seen(pages)
    assert (found.name, found.version) == (name, version)


@pytest.mark.parametrize(
    "pages",
    [
        {"/version": {"version": "0.1"}},
        {"/info": {"version": "1.2", "model_id": "an embedder's"}},
        {"/props": {"build_info": "b1"}},
        {"/server_info": {"version": "1.0"}},
        {"/metrics": "python_info 1\n"},
        {"/metrics": "# HELP vllm:num_requests_running of another page\n"},
        owned("openai"),
        owned("organization_owner"),
        owned("Qwen", "Qwen/Qwen2-0.5B"),
        owned("http://evil/<b>"),
        owned("x" * 100),
        {"/openapi.json": {"paths": {"/v1/chat/completions": {}, "/reset": {}}, "info": 7}},
        {"/v1/models": {"data": "none"}},
        {"/v1/models": [1, 2]},
    ],
)
def test_a_server_that_gives_no_proof_is_unknown(pages: dict[str, Any]) -> None:
    """Paths, versions and the maker of a model are no proof."""
    assert seen(pages).name == "unknown"


def test_sagellm_says_how_it_computes_and_what_it_does_at_once() -> None:
    """Whoever owns the model; of its quantization it says only whether there is any."""
    gateway = {"service": "sageLLM Gateway", "registered_engines": [{}], "max_batch_size": 32}
    engine = {"dtype": "bfloat16", "quantization": None, "quantized": False, "max_model_len": None}
    found = seen({**owned("somebody"), "/info": gateway | engine})
    assert (found.name, found.dtype, found.quantization) == ("sagellm", "bfloat16", "None")
    assert found.limits == {"max_batch_size": 32}
    title = {"info": {"title": "sageLLM Gateway"}}
    assert seen({**owned("somebody"), "/openapi.json": title}).name == "sagellm"


def test_what_a_server_says_counts_more_than_its_command() -> None:
    """A command may only be called like another server."""
    assert seen(owned("sglang"), "vllm").name == "sglang"
    assert seen(owned("acme"), "vllm").name == "vllm"


@pytest.mark.parametrize("version", [7, None, "", "a\nb", "x" * 100, {"a": 1}, "b0-unknown"])
def test_a_version_is_one_short_word(version: object) -> None:
    """Everything else is as good as none."""
    assert seen({**owned("vllm"), "/version": {"version": version}}).version is None

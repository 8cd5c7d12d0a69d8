"""By what each server is known: words and fields that only it has. Tables only."""

from __future__ import annotations

from typing import NamedTuple

OWNERS = {
    "vllm": "vllm",
    "sglang": "sglang",
    "llamacpp": "llama.cpp",
    "lmdeploy": "lmdeploy",
    "tensorrt_llm": "tensorrt-llm",
    "fastdeploy": "fastdeploy",
    "sagellm": "sagellm",
}
"""What servers write as the owner of every model they serve."""

NOBODY = frozenset(
    {
        "",
        "admin",
        "default",
        "library",
        "local",
        "me",
        "none",
        "openai",
        "organization",
        "organization-owner",
        "organization_owner",
        "owner",
        "system",
        "unknown",
        "user",
        "you",
    }
)
"""Owners that name no software."""

METRICS = (
    (b"vllm:", "vllm"),
    (b"sglang:", "sglang"),
    (b"llamacpp:", "llama.cpp"),
    (b"tgi_", "tgi"),
)
"""How the names of a server's metrics begin."""


class Page(NamedTuple):
    """A page by which a server can be known.

    Attributes:
        path: below the address's root.
        version: the field that holds the server's version.
        marks: fields that only this server has there; without any the page proves nothing.
    """

    server: str
    path: str
    version: str
    marks: frozenset[str] = frozenset()


PAGES = (
    Page("sglang", "/server_info", "version", frozenset({"mem_fraction_static", "version"})),
    Page("sglang", "/get_server_info", "version", frozenset({"mem_fraction_static", "version"})),
    Page("llama.cpp", "/props", "build_info", frozenset({"default_generation_settings"})),
    Page("tgi", "/info", "version", frozenset({"max_concurrent_requests", "model_id"})),
    Page("ollama", "/api/version", "version", frozenset({"version"})),
    Page("sagellm", "/info", "version", frozenset({"registered_engines", "service"})),
)
ANYBODYS = Page("", "/version", "version")

DESCRIPTION = "/openapi.json"
DESCRIBED = (
    ("transformers", frozenset({"/load_model", "/reset", "/v1/chat/completions"})),
    ("llama.cpp", frozenset({"🦙 llama.cpp Python API"})),
    ("sagellm", frozenset({"sageLLM Gateway"})),
)
"""Servers that tell nothing of themselves, by what their API's description holds."""

ENDS_EARLY = frozenset({"sagellm"})
"""Servers that end an answer where the model ends it, whatever is asked of them, and say so."""

LIMITS = ("max_batch_size", "max_model_len")
"""What a server may tell of its own limits."""

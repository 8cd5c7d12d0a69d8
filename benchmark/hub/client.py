"""The Hub's client, as every part of this package uses it."""

from __future__ import annotations

from typing import Any

from huggingface_hub import HfApi
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

import benchmark
from benchmark.hub.session import bounded_session


def client(endpoint: str, token: str | None) -> HfApi:
    """The client at one endpoint; without a token it does not look for one."""
    bounded_session()
    return HfApi(
        endpoint=endpoint,
        token=token or False,
        library_name="sagellm-benchmark",
        library_version=benchmark.__version__,
    )


def get(api: HfApi, url: str) -> Any:  # noqa: ANN401 - the response of either transport
    """The answer to a GET for which the client has no method.

    Raises:
        HfHubHTTPError: if it is no success.
    """
    response = bounded_session().get(url, headers=build_hf_headers(token=api.token))
    hf_raise_for_status(response)
    return response

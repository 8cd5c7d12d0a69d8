"""Trusted Publishers: an OIDC id token of a CI job becomes a short-lived write token (RFC 8693).

The request is the one that huggingface_hub >= 1.19 sends (`_oidc.py`, `exchange_oidc_token`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.call import Call, answer
from benchmark.localhub.names import repo_part
from benchmark.localhub.problems import HubError, bad_request
from benchmark.localhub.settings import IdTokenError

if TYPE_CHECKING:
    from starlette.responses import Response

    from benchmark.canonical import Json

_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - the name of a type
_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - as above
_LONGEST_TOKEN = 16_384


def exchange(call: Call) -> Response:
    """POST /oauth/token."""
    wanted = call.json()
    verifier = call.hub.settings.verifier
    if verifier is None or wanted.get("grant_type") != _GRANT:
        raise HubError(400, "This hub does not exchange tokens", code="unsupported_grant_type")
    if wanted.get("subject_token_type") != _ID_TOKEN:
        raise bad_request("subject_token_type must be an id token")
    resource, token = _resource(wanted.get("resource")), wanted.get("subject_token")
    if not isinstance(token, str) or len(token) > _LONGEST_TOKEN:
        raise bad_request("subject_token must be an id token")
    try:
        user = verifier.verify(token, audience=call.endpoint, resource=resource)
    except IdTokenError as error:
        raise HubError(403, f"The id token is refused: {error}", code="invalid_grant") from None
    return answer({
        "access_token": call.hub.authority.issue(user, resource),
        "issued_token_type": _ACCESS_TOKEN,
        "token_type": "bearer",
        "expires_in": int(call.hub.settings.token_lifetime),
    })  # fmt: skip


def _resource(value: Json) -> str:
    parts = value.split("/") if isinstance(value, str) else []
    if len(parts) != 3 or parts[0] != "datasets":  # noqa: PLR2004 - datasets/NS/NAME
        raise bad_request("resource must be datasets/NS/NAME")
    return f"datasets/{repo_part(parts[1])}/{repo_part(parts[2])}"

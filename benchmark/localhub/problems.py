"""Every refusal of the hub, with the status and the code that the client reads.

The client finds out what is missing only by `X-Error-Code`
(huggingface_hub `utils/_http.py`, `hf_raise_for_status`).
"""

from __future__ import annotations

NO_REPO = "RepoNotFound"
"""By this code the client tells a missing dataset from a missing page, whatever the status."""


class HubError(Exception):
    """A request that is refused: HTTP status, error code, message for people."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers or {}


def bad_request(message: str) -> HubError:
    """400: the request itself is wrong."""
    return HubError(400, message, code="BadRequest")


def bad_path(message: str) -> HubError:
    """422: the request is one, but a path in it can be none of a dataset."""
    return HubError(422, message, code="InvalidPath")


def unauthorized(message: str = "Invalid username or password.") -> HubError:
    """401: a token is needed and there is none that the hub knows."""
    return HubError(
        401, message, code="Unauthorized", headers={"www-authenticate": 'Bearer realm="hub"'}
    )


def forbidden(message: str) -> HubError:
    """403: the token is known but may not do this."""
    return HubError(403, message, code="Forbidden")


def repo_not_found() -> HubError:
    """404: no such dataset. The client itself says which address it asked."""
    return HubError(404, "Repository not found", code=NO_REPO)


def repo_hidden() -> HubError:
    """401: no such dataset for whoever sends no token that the hub knows."""
    error = unauthorized("There is no such repository, or a token is needed")
    error.code = NO_REPO
    return error


def revision_not_found(revision: str) -> HubError:
    """404: no such branch, pull request, tag or commit."""
    return HubError(404, f"Invalid rev id: {revision}", code="RevisionNotFound")


def entry_not_found(path: str, commit: str = "") -> HubError:
    """404: no such file or folder at an existing commit."""
    headers = {"x-repo-commit": commit} if commit else {}
    return HubError(
        404,
        f"Entry not found: {path}" if path else "Entry not found",
        code="EntryNotFound",
        headers=headers,
    )


def conflict(message: str) -> HubError:
    """409: the state of the repository forbids it."""
    return HubError(409, message, code="Conflict")


def stale_parent() -> HubError:
    """412: the head is not the parent that the commit named."""
    return HubError(
        412,
        "The branch was updated since you opened this page. Please refresh and try again.",
        code="PreconditionFailed",
    )


def too_large(limit: int) -> HubError:
    """413: the body is larger than the limit."""
    return HubError(413, f"The body is larger than {limit} bytes", code="PayloadTooLarge")

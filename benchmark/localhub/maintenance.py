"""The endpoints with which a maintainer deletes, moves, hides and squashes datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.call import Call, answer
from benchmark.localhub.names import repo_part
from benchmark.localhub.problems import HubError, bad_request
from benchmark.localhub.squash import squash

if TYPE_CHECKING:
    from starlette.responses import Response

    from benchmark.canonical import Json

_LONGEST_MESSAGE = 65_536


def delete_repo(call: Call) -> Response:
    """DELETE /api/repos/delete: the dataset and all it has is gone."""
    name = call.record.repo = repo_name(call, call.json())
    call.maintainer(name)
    with call.open(name) as repo:
        call.hub.store.delete(repo)
    return answer({})


def move_repo(call: Call) -> Response:
    """POST /api/repos/move; 409 if the new name is taken. The old name is free at once."""
    wanted = call.json()
    _check_type(wanted)
    old, new = _full_name(wanted.get("fromRepo")), _full_name(wanted.get("toRepo"))
    call.record.repo = old
    for name in (old, new):
        call.maintainer(name)
    with call.open(old) as repo:
        call.hub.store.move(repo, new)
    return answer({"url": f"{call.endpoint}/datasets/{new}"})


def duplicate_repo(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/duplicate; private as the first one unless the request says."""
    wanted = call.json()
    new = call.record.repo = _full_name(wanted.get("repository"))
    private = wanted_privacy(call, wanted)
    call.writer(new)
    url = f"{call.endpoint}/datasets/{new}"
    try:
        with call.open() as repo:
            is_private = repo.is_private if private is None else private
            call.hub.store.duplicate(repo, new, private=is_private)
    except HubError as error:
        return taken(error, url)
    return answer({"url": url, "filesCopyPending": False})


def taken(error: HubError, url: str) -> Response:
    """409 with the address of what has the name, which a client may be content with.

    Raises:
        HubError: what is no 409.
    """
    if error.status != 409:  # noqa: PLR2004 - the status is the name
        raise error
    body: Json = {"error": error.message, "url": url}
    return answer(body, status=409, headers={"x-error-message": error.message})


def settings(call: Call) -> Response:
    """PUT /api/datasets/NS/NAME/settings: private or public."""
    wanted = call.json()
    private = wanted_privacy(call, wanted)
    if wanted.get("gated"):
        raise bad_request("This hub has no gated datasets: make it private instead")
    call.maintainer(call.repo)
    with call.open() as repo:
        if private is not None:
            call.hub.store.set_private(repo, private=private)
        return answer({"private": repo.is_private, "gated": False})


def super_squash(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/super-squash/BRANCH."""
    message = call.json().get("message") or f"Super-squash branch '{call.revision}'"
    if not isinstance(message, str) or len(message) > _LONGEST_MESSAGE or "\0" in message:
        raise bad_request("message must be text")
    signature = call.maintainer(call.repo)
    with call.open() as repo:
        sha = squash(repo, call.hub.store.locks, call.revision, message, signature)
    call.record.sha = sha.decode()
    return answer({"commitOid": sha.decode()})


def wanted_privacy(call: Call, wanted: dict[str, Json]) -> bool | None:
    """Whether the request wants a dataset private; None if it does not say.

    Raises:
        HubError: 400 for what this hub has not, and where nothing can be private.
    """
    private, visibility = wanted.get("private"), wanted.get("visibility")
    if visibility is not None:
        private = {"private": True, "public": False}.get(str(visibility), visibility)
    if not isinstance(private, (bool, type(None))):
        raise bad_request("A dataset of this hub is private or public")
    if private and call.hub.authority.open_to_all:
        raise bad_request(
            "This hub has no tokens, so nothing on it can be private: start it with --token-file"
        )
    return private


def repo_name(call: Call, wanted: dict[str, Json]) -> str:
    """The dataset that a request for `type`, `organization` and `name` means."""
    _check_type(wanted)
    name, organization = wanted.get("name"), wanted.get("organization")
    if organization is None:
        organization = call.who.user if call.who else "anonymous"
    if not isinstance(name, str) or not isinstance(organization, str):
        raise bad_request("name and organization must be text")
    return _full_name(name if "/" in name else f"{organization}/{name}")


def _check_type(wanted: dict[str, Json]) -> None:
    if wanted.get("type") != "dataset":
        raise bad_request("This hub has datasets only: give repo_type='dataset'")


def _full_name(value: Json) -> str:
    namespace, _, name = value.partition("/") if isinstance(value, str) else ("", "", "")
    return f"{repo_part(namespace)}/{repo_part(name)}"

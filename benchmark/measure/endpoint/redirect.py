"""Where a server sends a request on to, and whether it may go there.

Only 307 and 308 mean the same request again (RFC 9110, section 15.4); with the others, clients ask
with GET. What is followed is asked directly from then on, so no redirect is in a measured time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint.address import legal, parse

if TYPE_CHECKING:
    from benchmark.measure.endpoint.address import Address

REDIRECTS = range(300, 400)
_SAME_REQUEST = {307, 308}


class Redirect(NamedTuple):
    """An answer that names another place.

    Attributes:
        status: HTTP's.
        location: as the server wrote it; empty if it did not.
    """

    status: int
    location: str

    @property
    def shown(self) -> str:
        """For people: values of its query may be secrets."""
        parts = urlsplit(self.location)
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="")
        return f"{bare.geturl()}{'?…' if parts.query else ''}" or "nowhere"


def follow(address: Address, path: str, redirect: Redirect, *, with_secrets: bool) -> Address:
    """Where to ask instead.

    Args:
        address: that was asked.
        path: that was asked.
        redirect: what it answered.
        with_secrets: whether requests hold a key; a key goes nowhere but where the user said.

    Raises:
        UsageError: if it is not followed.
    """
    if redirect.status not in _SAME_REQUEST or not redirect.location:
        raise _refused(address, redirect, "which is not followed")
    joined = urljoin(f"{address.origin}{address.with_query(path)}", redirect.location)
    try:
        found = parse(joined)
    except UsageError:
        raise _refused(address, redirect, "which cannot be asked") from None
    if found.secure != address.secure:
        raise _refused(address, redirect, "with another scheme, which is not followed")
    if with_secrets and found.origin != address.origin:
        raise _refused(address, redirect, "another host, to which no key is sent")
    target = legal(urlsplit(joined).path) or "/"
    return found._replace(
        base=found.base if found.target else address.base, target=target, access=address.access
    )


def _refused(address: Address, redirect: Redirect, why: str) -> UsageError:
    return UsageError(
        f"{address.url} redirects (HTTP {redirect.status}) to {redirect.shown}, {why}.",
        hint=N_("Give that URL by --base-url if it is the one you mean."),
    )

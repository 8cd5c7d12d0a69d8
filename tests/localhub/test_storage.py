"""How much room the datasets take, as `hf repos list` asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from benchmark.localhub.tokens import parse_tokens
from tests.localhub.wire import REPO, ask

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

PATH = "/api/settings/repositories"
READ = "hf_read_0123456789"


def test_each_dataset_is_listed_with_the_bytes_it_takes(hub: RunningHub) -> None:
    """All of them, or those of a namespace."""
    hub.create("other/large", {"a.txt": bytes(2_000_000)})
    hub.write(REPO, {"a.json": b"[]"})
    found = {item["id"]: item for item in ask(hub.endpoint, "GET", PATH).json}
    assert found.keys() == {REPO, "other/large"}
    assert found[REPO]["storage"] > 0
    assert abs(sum(item["storagePercent"] for item in found.values()) - 1) < 1e-9
    assert (found[REPO]["type"], found[REPO]["visibility"]) == ("dataset", "public")
    of_lab = ask(hub.endpoint, "GET", "/api/organizations/lab/settings/repositories").json
    assert [item["id"] for item in of_lab] == [REPO]


def test_nobody_learns_of_datasets_without_a_token(tmp_path: Path) -> None:
    """Where there are tokens."""
    tokens = parse_tokens(f"read {READ} bob", source="tokens")
    with running_hub(tmp_path, settings=HubSettings(tokens=tokens)) as hub:
        hub.create(REPO)
        assert ask(hub.endpoint, "GET", PATH).status == 401
        answer = ask(hub.endpoint, "GET", PATH, Authorization=f"Bearer {READ}")
        assert [item["id"] for item in answer.json] == [REPO]


def test_what_a_hub_has_not_is_no_missing_dataset(hub: RunningHub) -> None:
    """The client would say that the dataset is not there."""
    answer = ask(hub.endpoint, "POST", f"/api/datasets/{REPO}/scan", b"{}")
    assert (answer.status, answer.headers["x-error-code"]) == (404, "404")
    assert "scan" in answer.json["error"]
    missing = ask(hub.endpoint, "POST", "/api/datasets/lab/missing/scan", b"{}")
    assert missing.headers["x-error-code"] == "RepoNotFound"
    gone = ask(hub.endpoint, "GET", "/api/datasets/only-one-part")
    assert gone.headers["x-error-code"] == "RepoNotFound"

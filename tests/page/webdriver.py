"""A small client of the WebDriver protocol (https://www.w3.org/TR/webdriver2/) for Chromium."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import time
from base64 import b64decode
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1440,1000",
)
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PATIENCE_S = 20.0


def missing_programs() -> str:
    """The programs a browser test needs and this machine lacks, for people; "" if none."""
    return ", ".join(name for name in ("chromium", "chromedriver") if shutil.which(name) is None)


class Browser:
    """One headless Chromium with a profile of its own under `folder`; downloads land there too."""

    def __init__(self, folder: Path) -> None:
        self.downloads = folder / "downloads"
        self.downloads.mkdir()
        self._driver = subprocess.Popen(
            ["chromedriver", "--port=0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        with ExitStack() as unless_started:
            unless_started.callback(self._driver.kill)
            self._port = self._read_port()
            self._session = self._request("POST", "/session", self._wishes(folder))["sessionId"]
            unless_started.pop_all()

    def _read_port(self) -> int:
        for line in self._driver.stdout or ():
            if found := re.search(r"successfully on port (\d+)", line):
                return int(found[1])
        raise RuntimeError("chromedriver ended without naming its port")

    def _wishes(self, folder: Path) -> dict[str, Any]:
        options = {
            "args": [*FLAGS, f"--user-data-dir={folder / 'profile'}"],
            "prefs": {"download.default_directory": str(self.downloads)},
        }
        wishes = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        return {"capabilities": {"alwaysMatch": wishes}}

    def close(self) -> None:
        """End the browser and its driver."""
        try:
            self._command("DELETE", "")
        finally:
            self._driver.terminate()
            self._driver.wait(timeout=PATIENCE_S)

    def open(self, url: str) -> None:
        """Load a page anew, even if only the hash differs from the one that is open."""
        self._command("POST", "/url", {"url": "about:blank"})
        self._command("POST", "/url", {"url": url})

    def run(self, script: str, *arguments: object) -> Any:
        """What the body of a function returns when it runs in the page."""
        return self._command("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script: str, *arguments: object) -> Any:
        """What a script hands to the function that is its last argument, within a minute."""
        self._command("POST", "/timeouts", {"script": 60_000})
        body = {"script": script, "args": list(arguments)}
        return self._command("POST", "/execute/async", body)

    def find(self, css: str) -> str:
        """The WebDriver id of the first element that matches."""
        wish = {"using": "css selector", "value": css}
        return str(self._command("POST", "/element", wish)[ELEMENT])

    def click(self, css: str) -> None:
        """Click as a mouse does: it fails if something else is in the way."""
        self._command("POST", f"/element/{self.find(css)}/click", {})

    def type(self, css: str, text: str) -> None:
        """Type into an element; the protocol's private-use characters are special keys."""
        self._command("POST", f"/element/{self.find(css)}/value", {"text": text})

    def press(self, keys: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self._command("POST", "/actions", {"actions": [source]})

    def text(self, css: str) -> str:
        """The text of the first element that matches, as it is rendered."""
        return str(self._command("GET", f"/element/{self.find(css)}/text"))

    def texts(self, css: str) -> list[str]:
        """The text content of every element that matches."""
        script = "return [...document.querySelectorAll(arguments[0])].map((n) => n.textContent)"
        return list(self.run(script, css))

    def emulate(self, command: str, **parameters: object) -> None:
        """Send a DevTools command (https://chromedevtools.github.io/devtools-protocol/)."""
        self._command("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def complaints(self) -> list[str]:
        """Warnings and errors of the console since the last call."""
        return [entry["message"] for entry in self._command("POST", "/se/log", {"type": "browser"})]

    def screenshot(self) -> bytes:
        """A PNG of the window."""
        return b64decode(self._command("GET", "/screenshot"))

    def wait(self, condition: Callable[[], Any]) -> Any:
        """The first truthy answer of `condition`.

        Raises:
            TimeoutError: if there is none within `PATIENCE_S` seconds.
        """
        deadline = time.monotonic() + PATIENCE_S
        while not (answer := condition()):
            if time.monotonic() > deadline:
                raise TimeoutError("the page never got there")
            time.sleep(0.02)
        return answer

    def _command(self, method: str, path: str, body: object = None) -> Any:
        return self._request(method, f"/session/{self._session}{path}", body)

    def _request(self, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request(method, path, None if body is None else json.dumps(body))
        value = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(value, dict) and "error" in value:
            raise RuntimeError(f"{value['error']}: {value['message'].splitlines()[0]}")
        return value

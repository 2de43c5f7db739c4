"""Chromium without a window, driven through the pipe that it offers for that."""

import base64
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


class Page:
    """One page in the browser: opens files, runs scripts of ours, takes pictures."""

    def __init__(self, to: int, back: int) -> None:
        self._to = to
        self._back = os.fdopen(back, "rb")
        self._number = 0
        self._buffer = b""
        self._session = ""
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        attached = self._send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._send(f"{domain}.enable")

    def show(self, path: Path, *, width: int, dark: bool = False, paper: bool = False) -> None:
        """Open a file at this width, in this theme, and wait until it is drawn."""
        self.visit(path.as_uri(), width=width, dark=dark, paper=paper)

    def visit(
        self, address: str, *, width: int, dark: bool = False, paper: bool = False, scale: int = 1
    ) -> None:
        """Open an address likewise; `scale` makes everything larger, as a person zooms in."""
        self.requests, self.complaints = [], []
        self._send(
            "Emulation.setDeviceMetricsOverride",
            width=width // scale,
            height=900 // scale,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        media = "print" if paper else "screen"
        self._send("Emulation.setEmulatedMedia", media=media, features=[theme])
        self._send("Page.navigate", url=address)
        while (
            self.run("document.readyState") != "complete"
        ):  # a promise waits where scripts are off
            time.sleep(0.01)

    def run(self, script: str) -> Any:
        """Return what a script of ours comes to on the page."""
        told = self._send(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key, as somebody without a mouse would."""
        for kind in ("keyDown", "keyUp"):
            self._send(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=9
            )

    def key(self, name: str) -> None:
        """Press a key that does something in a form."""
        code, text = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " "), "ArrowDown": (40, "")}[
            name
        ]
        told = {
            "key": name,
            "code": "Space" if name == " " else name,
            "windowsVirtualKeyCode": code,
        }
        self._send("Input.dispatchKeyEvent", type="keyDown", text=text, **told)
        self._send("Input.dispatchKeyEvent", type="keyUp", **told)

    def click(self, x: float, y: float) -> None:
        """Tap a place on the page."""
        for kind in ("mousePressed", "mouseReleased"):
            self._send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def scripts(self, *, on: bool) -> None:
        """Turn the page's own scripts on or off."""
        self._send("Emulation.setScriptExecutionDisabled", value=not on)

    def offline(self, *, off: bool) -> None:
        """Take the network away, or give it back."""
        self._send(
            "Network.emulateNetworkConditions",
            offline=off,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    def freeze(self, *, frozen: bool) -> None:
        """Put the page to sleep as a locked phone does, or wake it."""
        self._send("Page.setWebLifecycleState", state="frozen" if frozen else "active")

    def spoken(self) -> list[str]:
        """What a screen reader finds: the role and the name of every element that has a name."""
        nodes = self._send("Accessibility.getFullAXTree")["nodes"]
        return [
            f"{node['role']['value']}: {node['name']['value']}"
            for node in nodes
            if not node["ignored"] and node.get("name", {}).get("value")
        ]

    def picture(self, path: Path) -> None:
        """Save what the whole page looks like."""
        told = self._send("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(told["data"]))

    def printed(self, path: Path) -> None:
        """Save the page as it comes out on paper, whatever it was shown as before."""
        self._send("Emulation.setEmulatedMedia", media="print")
        told = self._send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        path.write_bytes(base64.b64decode(told["data"]))

    def close(self) -> None:
        self._session = ""
        self._write({"id": 0, "method": "Browser.close"})
        self._back.close()
        os.close(self._to)

    def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        self._write(message | ({"sessionId": self._session} if self._session else {}))
        while True:
            told = self._next()
            if told.get("id") == self._number:
                assert "error" not in told, told
                return told["result"]
            self._notice(told)

    def _write(self, message: dict[str, Any]) -> None:
        os.write(self._to, json.dumps(message).encode() + b"\0")

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            more = self._back.read1(1 << 20)
            assert more, "the browser has gone"
            self._buffer += more
        line, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(line)

    def _notice(self, told: dict[str, Any]) -> None:
        parameters = told.get("params", {})
        match told.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(parameters["entry"]["text"])
            case (
                "Runtime.consoleAPICalled"
                | "Runtime.exceptionThrown"
                | "Page.javascriptDialogOpening"
            ):
                self.complaints.append(told["method"])


@contextmanager
def opened() -> Iterator[Page]:
    """Start a browser that knows nothing, and end it afterwards."""
    program = os.environ.get("SPINOUT_CHROMIUM", "chromium")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        there, to = os.pipe()
        back, from_there = os.pipe()
        # The browser reads from its file 3 and writes to its file 4.
        shell = f'exec "$0" "$@" 3<&{there} 4>&{from_there}'
        browser = subprocess.Popen(
            ["/bin/bash", "-c", shell, program, *_FLAGS, f"--user-data-dir={folder}"],
            pass_fds=(there, from_there),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(there)
        os.close(from_there)
        try:
            page = Page(to, back)
            yield page
            page.close()
            browser.wait(20)
        finally:
            browser.kill()
            browser.wait()

"""A page open in a real browser, with every request to a network refused."""

import os
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, Route

CHROMIUM = os.environ.get("ALMATY_GEO_CHROMIUM", "/usr/bin/chromium")
DESKTOP = (1440, 900)
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(event.violatedDirective + " " + event.blockedURI);
});
"""


class Visit:
    """A page that is open, and what it did that it must not do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.add_init_script(LISTEN)
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.wrong.append(f"dialog: {dialog.message}"))
        page.on("console", self.heard)
        page.route("http://**", self.refuse)
        page.route("https://**", self.refuse)

    def refuse(self, route: Route) -> None:
        self.wrong.append(f"request: {route.request.url}")
        route.abort()

    def heard(self, message: ConsoleMessage) -> None:
        own = message.text.startswith("Canvas2D: Multiple readback")  # said of the tests' reading
        if message.type in {"error", "warning"} and not own:
            self.wrong.append(f"{message.type}: {message.text}")

    def open(self, file: Path, address: str = "", *, ready: bool = True) -> None:
        """Open a page; the atlas says when it is ready, a report is once it is there."""
        self.page.goto(f"{file.as_uri()}{address}")
        if ready:
            self.page.wait_for_selector("html[data-ready=yes]", timeout=10_000)

    def faults(self) -> list[str]:
        violations: list[str] = self.page.evaluate("window.violations")
        return [*self.wrong, *violations]

    def words(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_inner_texts()

    def settle(self) -> None:
        """Wait for the map to come to rest after a move."""
        self.page.wait_for_timeout(400)

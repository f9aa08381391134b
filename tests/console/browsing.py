"""A real browser: Debian's Chromium, driven by Playwright."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conformance.peers import VARIABLE
from tests.conftest import lacks

CHROMIUM: Final = Path("/usr/bin/chromium")
OPTIONS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

AUTHENTICATOR: Final = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A device that keeps passkeys, as the browser pretends to have one."""


@contextmanager
def chromium() -> Generator[Browser]:
    """The browser. While it is there, no other test of this process could run a loop of its own."""
    if not CHROMIUM.exists():
        lacks("Chromium (Debian's package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


def read_axe() -> str:
    """axe-core, which looks at a page as people who do not see it would."""
    named = os.environ.get(VARIABLE)
    file = Path(named or "") / "node_modules" / "axe-core" / "axe.min.js"
    if not named or not file.is_file():
        lacks(f"axe-core in the folder that {VARIABLE} names (see tests/conformance/peers.py)")
    return file.read_text("utf-8")


def sign_in(page: Page, url: str, token: str) -> None:
    """Sign somebody in by their token, as they would."""
    page.goto(url + "/sign-in")
    page.get_by_label("Your token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(url + "/")


def violations(page: Page, axe: str, where: str) -> list[str]:
    """What axe-core finds on a page; it is put there past the policy that keeps every other script out."""
    page.evaluate(axe)
    report: Any = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{where}: {one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary']}"
        for one in report["violations"]
    ]

"""One page of ours in the frame of a client."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Frame, Page

EVERYTHING: Final[dict[str, Any]] = {"serverTools": {}, "updateModelContext": {"text": {}}, "message": {"text": {}}}


@dataclass(slots=True)
class Stage:
    """What is seen, and what the client around it heard."""

    window: Page
    axe: str

    @property
    def page(self) -> Frame:
        """The frame with our page."""
        return self.window.frames[1]

    def open(
        self,
        tool: str,
        given: dict[str, Any],
        *,
        theme: str = "light",
        capabilities: dict[str, Any] = EVERYTHING,
        more: dict[str, Any] | None = None,
        page: str | None = None,
    ) -> None:
        """Call a tool, and show its page with the answer."""
        how = {"capabilities": capabilities, "context": {"theme": theme, **(more or {})}, "page": page}
        self.window.evaluate("([tool, given, how]) => window.host.open(tool, given, how)", [tool, given, how])
        self.page.wait_for_selector("main:not([aria-busy])")

    def dress(self, **context: Any) -> None:
        """The client's surroundings change."""
        self.window.evaluate("(context) => window.host.dress(context)", context)

    def call(self, tool: str, given: dict[str, Any]) -> dict[str, Any]:
        """The client calls a tool for its model; the whole result."""
        found: dict[str, Any] = self.window.evaluate("([tool, given]) => window.host.call(tool, given)", [tool, given])
        return found

    def heard(self, what: str) -> list[Any]:
        """What the page asked of the client, in order."""
        found: list[Any] = self.window.evaluate("(what) => window.host.heard[what]", what)
        return found

    def press(self, name: str, *, nth: int = 0) -> None:
        """Press a button by the name that a screen reader tells."""
        self.page.get_by_role("button", name=name).nth(nth).click()

    def status(self) -> str:
        """What was told last to whoever listens."""
        self.page.wait_for_selector("main:not([aria-busy])")
        return self.page.get_by_role("status").inner_text()

    def flaws(self) -> list[str]:
        """What axe-core finds wrong, one line each."""
        self.page.evaluate(self.axe)
        found = self.page.evaluate("() => axe.run(document)")
        assert found["passes"], "axe-core looked at nothing"
        return [json.dumps([each["id"], [node["html"] for node in each["nodes"]]]) for each in found["violations"]]

    def picture(self, file: Path) -> None:
        """Keep what is seen, down to what a window shows at once."""
        box = self.window.locator("iframe").bounding_box()
        assert box is not None
        self.window.screenshot(path=file, clip={**box, "height": min(box["height"], 860)})

"""Draws the pages for docs/console: `uv run python -m tests.console.pictures`, on a machine with Chromium."""

import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import ViewportSize

from tests.console.browsing import chromium, sign_in
from tests.console.office import ADMIN, served
from tests.console.scene import play

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "console"
WIDE: Final[ViewportSize] = {"width": 1280, "height": 860}
NARROW: Final[ViewportSize] = {"width": 360, "height": 740}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        scene = play(Path(home) / "home")
        with served(scene.office) as url, chromium() as browser:
            for scheme in ("light", "dark"):
                for size, name in ((WIDE, ""), (NARROW, "-narrow")):
                    context = browser.new_context(viewport=size, color_scheme=scheme)
                    page = context.new_page()
                    page.goto(url + "/")
                    page.screenshot(path=folder / f"sign-in{name}-{scheme}.png")
                    sign_in(page, url, scene.office.tokens[ADMIN])
                    for what, path in PAGES.items():
                        page.goto(url + path.format(**vars(scene)))
                        page.screenshot(path=folder / f"{what}{name}-{scheme}.png")
                    context.close()


PAGES = {
    "home": "/",
    "cases": "/cases",
    "case": "/cases/{leaver}",
    "question": "/cases/{leaver}/steps/transfer-ownership-by-purchase-order/done",
    "discrepancies": "/discrepancies",
    "people": "/people?q=in",
    "person": "/people/ines.varga@birchwood.example",
    "sources": "/sources",
    "trail": "/trail",
    "account": "/account",
}

if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)

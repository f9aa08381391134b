"""Draws the pages for docs/console: `uv run python -m tests.console.pictures`, on a machine with Chromium.

The clock of the scene stands still, so that a picture changes only where a page does.
"""

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Page, ViewportSize

from axure_lifecycle_tools.building import KindName, build_report
from tests.console.browsing import chromium, sign_in
from tests.console.office import ADMIN, served
from tests.console.quantizing import quantize
from tests.console.scene import play

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "console"
NOW: Final = datetime(2026, 11, 27, 14, 40, tzinfo=UTC)
WIDE: Final[ViewportSize] = {"width": 1200, "height": 820}
NARROW: Final[ViewportSize] = {"width": 360, "height": 740}
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
PAGES: Final = {
    "home": "/",
    "case": "/cases/{leaver}",
    "question": "/cases/{leaver}/steps/transfer-ownership-by-purchase-order/done",
    "discrepancies": "/discrepancies",
    "person": "/people/ines.varga@birchwood.example",
    "review": "/reviews/{review}",
    "decision": "/reviews/{review}/bram.abel@birchwood.example",
    "reports": "/reports",
    "trail": "/trail",
}
ON_A_PHONE: Final = ("home", "case")


def main(folder: Path) -> None:
    """Draw every page, light and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        scene = play(Path(home) / "home", NOW)
        kinds: tuple[KindName, ...] = ("leavers", "access-review")
        for kind in kinds:
            built = Path(build_report(scene.office.desk(), kind=kind).file)
            os.utime(built, (NOW.timestamp(), NOW.timestamp()))
        with served(scene.office) as url, chromium() as browser:
            for scheme in SCHEMES:
                for size, ending, names in ((WIDE, "", tuple(PAGES)), (NARROW, "-phone", ON_A_PHONE)):
                    context = browser.new_context(viewport=size, color_scheme=scheme)
                    page = context.new_page()
                    page.goto(url + "/")
                    if not ending:
                        draw(page, folder / f"sign-in-{scheme}.png")
                    sign_in(page, url, scene.office.tokens[ADMIN])
                    for name in names:
                        page.goto(url + PAGES[name].format(**vars(scene)))
                        draw(page, folder / f"{name}{ending}-{scheme}.png")
                    context.close()


def draw(page: Page, file: Path) -> None:
    """One picture of what is seen without scrolling."""
    file.write_bytes(quantize(page.screenshot()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)

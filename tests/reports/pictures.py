"""Draws docs/reports with Chromium: `uv run --with pypdfium2,pillow python -m tests.reports.pictures`."""

import importlib
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import Browser, ViewportSize

from axure_lifecycle.domain.reports import ReportKind
from axure_lifecycle_tools.building import build_report
from tests.benchmarks.people import Story, address_of, story_of, write_directory, write_members
from tests.console.browsing import chromium
from tests.console.quantizing import quantize
from tests.reports.studio import Studio, live_through, open_studio

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "reports"
LARGE: Final = 5_000
OF_MANY: Final = (ReportKind.ACCESS_REVIEW, ReportKind.LEAVERS, ReportKind.SEATS, ReportKind.CASES)
"""The kinds that look different with many people; facts and screens are of Axure, and know none."""
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
WIDE: Final[ViewportSize] = {"width": 1440, "height": 1000}
NARROW: Final[ViewportSize] = {"width": 390, "height": 844}
MOST_PAGES: Final = 2
"""Of a report on paper."""


def main(folder: Path) -> None:
    """Each report of twenty people, and of five thousand where that matters: light, dark, on paper, on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, chromium() as browser:
        small, large = open_studio(Path(made) / "small"), open_large(Path(made) / "large")
        live_through(small)
        for studio, size, kinds in ((small, 20, tuple(ReportKind)), (large, LARGE, OF_MANY)):
            for kind in kinds:
                draw(browser, file_of(studio, kind.value), folder, f"{kind.value}-{size}")


def open_large(home: Path) -> Studio:
    """Five thousand invented people with every story that a member can have, half with a seat; some have a case."""
    studio = open_studio(home)
    for kind, write in (("members", write_members), ("seats", write_seats), ("directory", write_directory)):
        file = home / f"{kind}.csv"
        write(file, LARGE)
        studio.bring(kind, file.read_text("utf-8"))
    gone = [address_of(number) for number in range(LARGE) if story_of(number) is Story.DEPROVISIONED]
    for place, person in enumerate(gone):
        studio.set_clock(3 + place // 18, 8 + place % 10)
        owner = ("kim@wren.example", "design-it", None)[place % 3]
        case = studio.offboard(person, f"2026-11-{1 + place // 18:02}" if place % 2 else None, owner)
        if place % 4 == 0:
            studio.confirm_all(case)
        elif place % 4 == 1:
            studio.report_off(person)
    studio.set_clock(8, 12)  # the lists of the 2nd are not too old yet
    return studio


def write_seats(file: Path, size: int) -> None:
    """The licence list: a seat for every second person, in three editions, of which one has no price."""
    lines = ["Subscription,Edition,Owner,Managers,Assigned user,Renews on,Bought by"]
    for number in range(0, size, 2):
        edition = ("Team", "Pro", "Team", "Pro", "Team", "Enterprise")[number // 2 % 6]
        user = address_of(number) if number % 50 else ""
        renews = f"2027-{1 + number % 12:02}-{1 + number % 28:02}"
        lines.append(f"SUB-{number},{edition},pat@wren.example,pat@wren.example,{user},{renews},card")
    file.write_text("\n".join([*lines, ""]), "utf-8")


def file_of(studio: Studio, kind: Any) -> Path:
    """A report as HTML."""
    return Path(build_report(studio.desk(), kind=kind, format="html").file)


def draw(browser: Browser, report: Path, folder: Path, name: str) -> None:
    """A report on a light and on a dark screen, on a phone where its rows are cards, and its first pages on paper."""
    for scheme in SCHEMES:
        photograph(browser, report, folder / f"{name}-{scheme}.png", scheme, WIDE)
    photograph(browser, report, folder / f"{name}-phone.png", "light", NARROW, scrolled_to="table")
    page = browser.new_page()
    page.goto(report.as_uri())
    paper = folder / f"{name}.pdf"
    page.pdf(path=paper, prefer_css_page_size=True, print_background=True)
    page.close()
    for number, picture in enumerate(pages_of(paper), 1):
        (folder / f"{name}-print-{number}.png").write_bytes(quantize(picture))
    paper.unlink()


def photograph(
    browser: Browser,
    report: Path,
    picture: Path,
    scheme: Literal["light", "dark"],
    size: ViewportSize,
    scrolled_to: str = "body",
) -> None:
    """What a screen shows of it."""
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    page.goto(report.as_uri())
    page.locator(scrolled_to).or_(page.locator("footer")).first.evaluate("place => place.scrollIntoView()")
    picture.write_bytes(quantize(page.screenshot()))
    context.close()


def pages_of(paper: Path) -> Iterator[bytes]:
    """The first pages of a PDF file."""
    document = importlib.import_module("pypdfium2").PdfDocument(paper)
    for number in range(min(MOST_PAGES, len(document))):
        drawn = BytesIO()
        document[number].render(scale=1.1).to_pil().convert("RGB").save(drawn, "png")
        yield drawn.getvalue()
    document.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)

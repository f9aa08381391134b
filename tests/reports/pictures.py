"""Draws docs/reports with Chromium: `uv run --with pypdfium2,pillow python -m tests.reports.pictures`."""

import importlib
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser

from axure_lifecycle.domain.reports import ReportKind
from axure_lifecycle_tools.building import build_report
from tests.benchmarks.people import write_directory, write_members
from tests.console.browsing import chromium
from tests.reports.studio import Studio, live_through, open_studio

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "reports"
LARGE: Final = 5_000
_SMALL_KINDS: Final = (ReportKind.ACCESS_REVIEW, ReportKind.LEAVERS, ReportKind.SEATS, ReportKind.CASES)


def main(folder: Path) -> None:
    """Each report of twenty people, and the access review of five thousand: light, dark and on paper."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, chromium() as browser:
        small = open_studio(Path(made) / "small")
        live_through(small)
        large = open_large(Path(made) / "large")
        for kind in _SMALL_KINDS:
            draw(browser, file_of(small, kind.value), folder, f"{kind.value}-20")
        draw(browser, file_of(large, "access-review"), folder, f"access-review-{LARGE}")


def open_large(home: Path) -> Studio:
    """Five thousand invented people with every story that a member can have."""
    studio = open_studio(home)
    for kind, write in (("members", write_members), ("directory", write_directory)):
        file = home / f"{kind}.csv"
        write(file, LARGE)
        studio.bring(kind, file.read_text("utf-8"))
    return studio


def file_of(studio: Studio, kind: Any) -> Path:
    """A report as HTML."""
    return Path(build_report(studio.desk(), kind=kind, format="html").file)


def draw(browser: Browser, report: Path, folder: Path, name: str) -> None:
    """A report as it looks on a light and on a dark screen, and its second page on paper."""
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, color_scheme=scheme)
        page = context.new_page()
        page.goto(report.as_uri())
        picture = folder / f"{name}-{scheme}.png"
        page.screenshot(path=picture)
        shrink(picture)
        if scheme == "dark":
            context.close()
            continue
        paper = folder / f"{name}.pdf"
        page.pdf(path=paper, prefer_css_page_size=True, print_background=True)
        context.close()
        photograph(paper, folder, f"{name}-print")
        paper.unlink()


def shrink(picture: Path) -> None:
    """Few colours are enough for a page."""
    image = importlib.import_module("PIL.Image").open(picture)
    image.quantize(200).save(picture, optimize=True)


def photograph(paper: Path, folder: Path, name: str) -> None:
    """The first two pages of a PDF file."""
    document = importlib.import_module("pypdfium2").PdfDocument(paper)
    for number in range(min(2, len(document))):
        picture = folder / f"{name}-{number + 1}.png"
        document[number].render(scale=1.1).to_pil().save(picture)
        shrink(picture)
    document.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)

"""Every report in a real browser: as wide as its screen, readable by everybody, and alone with itself."""

from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from axure_lifecycle.domain.reports import ReportFormat, ReportKind
from axure_lifecycle_tools.building import build_report
from tests.console.browsing import chromium, read_axe, violations
from tests.reports.studio import Studio
from tests.reports.test_forms import report_with, written

WIDTHS: Final = (1440, 1281, 1280, 390)
"""A screen, the narrowest one with a table, the widest one with cards, and a phone."""
NARROWEST: Final = WIDTHS[1]
TOO_WIDE: Final = """() => [...document.querySelectorAll("th, td, dd, dt, li, figcaption, h1, h2, h3, p")]
    .filter(one => one.scrollWidth > one.clientWidth && getComputedStyle(one).display !== "inline")
    .map(one => one.outerHTML.slice(0, 120))"""

BROKEN_HEADS: Final = """() => [...document.querySelectorAll("th")].flatMap(head => {
    const texts = document.createTreeWalker(head, NodeFilter.SHOW_TEXT), broken = []
    for (let text = texts.nextNode(); text; text = texts.nextNode())
        for (const word of text.data.matchAll(/\\S+/g)) {
            const range = document.createRange()
            range.setStart(text, word.index)
            range.setEnd(text, word.index + word[0].length)
            const lines = new Set([...range.getClientRects()].map(one => Math.round(one.top)))
            if (lines.size > 1) broken.push(word[0])
        }
    return broken
})"""
"""Words over columns that go on in a second line."""


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """Chromium, for this file."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def files(studio: Studio) -> Mapping[str, Path]:
    """Every kind of report, and one with words that no line of a screen holds."""
    built = {kind.value: Path(build_report(studio.desk(), kind=kind.value, format="html").file) for kind in ReportKind}
    long = studio.home / "long.html"
    report = report_with([("w" * 80, "one two three", "w" * 80)] * 2, 3)
    long.write_text(written(replace(report, notes=("w" * 300,)), ReportFormat.HTML), "utf-8")
    return {**built, "long": long}


def test_no_report_is_wider_than_its_screen_and_nothing_in_it_than_its_place(
    browser: Browser, files: Mapping[str, Path]
) -> None:
    page = browser.new_page()
    found: list[str] = []
    for name, file in files.items():
        page.goto(file.as_uri())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            taken: int = page.evaluate("document.documentElement.scrollWidth")
            found += [f"{name} at {width}: {taken}"] if taken > width else []
            found += [f"{name} at {width}: {one}" for one in page.evaluate(TOO_WIDE)]
            if width >= NARROWEST and name != "long":
                found += [f"{name} at {width}: {one} is broken" for one in page.evaluate(BROKEN_HEADS)]
    page.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDTHS[0], WIDTHS[-1]], ids=["screen", "phone"])
def test_axe_finds_no_violation_in_any_report(
    browser: Browser, files: Mapping[str, Path], scheme: Any, width: int
) -> None:
    axe, found = read_axe(), list[str]()
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    for name, file in files.items():
        page.goto(file.as_uri())
        found += violations(page, axe, f"{name} at {width} ({scheme})")
    context.close()
    assert not found, "\n".join(found)


def test_a_report_asks_for_nothing_but_itself_and_breaks_no_policy_of_its_own(
    browser: Browser, files: Mapping[str, Path]
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text))
    for file in files.values():
        page.goto(file.as_uri())
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        page.emulate_media(media="screen")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(246, 247, 249)"
    page.close()
    assert (asked, complaints) == ([file.as_uri() for file in files.values()], [])

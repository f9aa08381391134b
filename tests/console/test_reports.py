"""Reports on the console: built, listed, saved to one's own machine; and a case's ticket."""

from collections.abc import Callable
from pathlib import Path

from tests.console.conftest import Visitor
from tests.console.office import APPROVER, AUDITOR, OPERATOR, VIEWER
from tests.console.scene import Scene


def test_whoever_may_build_reports_builds_and_saves_them_and_nobody_else_finds_them(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    auditor, operator = visitor(AUDITOR), visitor(OPERATOR)
    built = auditor.post("/reports", {"kind": "access-review", "format": "html"})
    assert (built.status_code, built.headers["location"]) == (303, "/reports")
    told = auditor.get("/reports").text
    assert "Access review: built," in told
    (name,) = [file.name for file in (scene.office.home / "reports").glob("access-review-*.html")]
    assert f'href="/reports/{name}"' in told

    saved = operator.get(f"/reports/{name}")
    assert saved.content == (scene.office.home / "reports" / name).read_bytes()
    assert saved.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert saved.headers["cache-control"] == "no-store"
    for person in (VIEWER, APPROVER):
        assert visitor(person).get("/reports").status_code == 403
        assert visitor(person).get(f"/reports/{name}").status_code == 403
        assert 'href="/reports"' not in visitor(person).get("/").text


def test_nothing_but_a_report_of_the_folder_is_given(scene: Scene, visitor: Callable[[str], Visitor]) -> None:
    home: Path = scene.office.home
    (home / "reports").mkdir(exist_ok=True)
    (home / "reports" / "notes.txt").write_text("mine", "utf-8")
    (home / "reports" / "leavers-2026-01-01.html").symlink_to(home / "config.toml")
    for name in ("notes.txt", "leavers-2026-01-01.html", "leavers-2020-01-01.html", "..%2Fconfig.toml"):
        answer = visitor(OPERATOR).get(f"/reports/{name}")
        assert answer.status_code == 404, name
        assert "[organization]" not in answer.text


def test_a_ticket_is_linked_to_a_case_shown_with_what_was_reported_of_it_and_confirms_nothing(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    robin, page = visitor(OPERATOR), f"/cases/{scene.contradicted}"
    before = robin.get(page).text.count("settled</p>")
    linked = robin.post(f"{page}/ticket", {"ticket": "<b>HR</b>-1140"})
    assert linked.status_code == 303
    with scene.office.workshop.store().writing(scene.office.desk().actor) as change:
        change.report_ticket(int(scene.contradicted.removeprefix("C-")), "<b>HR</b>-1140", "closed")
    shown = visitor(VIEWER).get(page).text
    assert "&lt;b&gt;HR&lt;/b&gt;-1140" in shown
    assert "which confirms no step" in shown
    assert shown.count("settled</p>") == before
    assert 'name="ticket"' not in shown  # a viewer links none
    refused = robin.post(f"{page}/ticket", {"ticket": " "})
    assert (refused.status_code, "ticket_unfit" in refused.text) == (409, True)

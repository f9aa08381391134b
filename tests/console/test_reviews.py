"""A review on the console: looked at, decided by somebody who is signed in, closed by an auditor."""

import html
from collections.abc import Callable

from axure_lifecycle_tools.reviewing import open_review
from tests.console.conftest import Visitor
from tests.console.office import APPROVER, AUDITOR, OPERATOR, VIEWER
from tests.console.scene import Scene

ADA, BRAM, CHLOE = (f"{name}.bondi@birchwood.example" for name in ("ada", "bram", "chloe"))
"""Nobody of whom another test opens a case."""


def answer(who: Visitor, path: str, fields: dict[str, str]) -> int:
    """Fill the first form in, read the question, and say yes to exactly that."""
    shown = who.post(path, fields)
    assert shown.status_code == 200, shown.text
    digest = shown.text.split('name="digest" value="')[1].split('"')[0]
    return who.post(path, fields, stage="answer", digest=digest, answer="yes").status_code


def test_people_decide_about_one_person_at_a_time_and_an_auditor_closes_with_a_reason(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    review = open_review(scene.office.desk(), title="Q4 <2026>").review
    assert review is not None
    operator, approver, auditor, viewer = (visitor(name) for name in (OPERATOR, APPROVER, AUDITOR, VIEWER))
    page = f"/reviews/{review}"

    assert review in viewer.get("/reviews").text
    assert "Q4 &lt;2026&gt;" in viewer.get(page).text
    assert "Decide…" in operator.get(page).text
    assert "Decide…" not in viewer.get(page).text
    assert viewer.get(f"{page}/{ADA}").status_code == auditor.get(f"{page}/{ADA}").status_code == 403

    incomplete = operator.post(f"{page}/{ADA}", {"decision": "keep", "reason": ""})
    assert "Nothing was decided: choose a decision" in incomplete.text
    question = operator.post(f"{page}/{ADA}", {"decision": "remove", "reason": "HR-9"})
    assert f"- {ADA}: " in html.unescape(question.text)
    assert "by R-" in question.text
    assert answer(operator, f"{page}/{ADA}", {"decision": "keep", "reason": "still designs"}) == 303
    assert answer(approver, f"{page}/{BRAM}", {"decision": "remove", "reason": "HR-9"}) == 303
    assert answer(operator, f"{page}/{CHLOE}", {"decision": "change_role", "role": "guest", "reason": "looks"}) == 303
    assert "change role to guest" in viewer.get(f"{page}?all=1&after=chloe.bona@birchwood.example").text
    told = [one for one in scene.office.trail() if one["kind"] == "review.decided" and one["address"] == BRAM]
    assert (told[0]["by"]["name"], told[0]["by"]["channel"], told[0]["assurance"]) == (APPROVER, "console", "confirmed")
    bram = viewer.get(f"{page}?all=1&after=bram.bona@birchwood.example").text
    assert f"C-{told[0]['case_id']}" in bram

    assert "Close the review…" not in operator.get(page).text
    assert operator.get(f"{page}/close").status_code == 403
    assert "are undecided. Why is it closed all the same?" in auditor.get(f"{page}/close").text
    assert answer(auditor, f"{page}/close", {"reason": "the rest is on leave"}) == 303
    closed = auditor.get(page).text
    record = next(one for one in scene.office.trail() if one["kind"] == "review.closed")
    assert record["decisions_digest"] in closed
    assert (record["kept"], record["removed"], record["changed"]) == (1, 1, 1)
    assert operator.post(f"{page}/{ADA}", {"decision": "keep", "reason": "x"}).status_code == 409


def test_nobody_decides_about_themselves_and_what_is_no_review_is_no_page(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    review = open_review(scene.office.desk(), title="Q1 2027").review
    operator = visitor(OPERATOR)

    own = operator.post(f"/reviews/{review}/{OPERATOR}", {"decision": "keep", "reason": "me"})
    assert (own.status_code, "would decide about their own access" in own.text) == (409, True)
    stranger = operator.post(f"/reviews/{review}/nobody@birchwood.example", {"decision": "keep", "reason": "x"})
    assert "not_in_review" in stranger.text
    assert operator.get("/reviews/V-999").status_code == 404
    assert operator.get("/reviews/C-1").status_code == 404

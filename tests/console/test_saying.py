"""What is confirmed on a page is exactly the question that was shown, by whoever is signed in, on that channel."""

from collections.abc import Callable

from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.ports import CaseRecord, StepRecord
from tests.console.conftest import Visitor, from_own_page
from tests.console.office import APPROVER, OPERATOR, VIEWER
from tests.console.scene import SAID, Scene


def case_of(scene: Scene, name: str) -> CaseRecord:
    with scene.office.workshop.store().reading() as view:
        return view.case(int(name.removeprefix("C-")))


def step_of(scene: Scene, name: str, key: str) -> StepRecord:
    return next(one for one in case_of(scene, name).steps if one.step.key == key)


def answer(who: Visitor, path: str, yes: str = "yes", **more: str) -> int:
    """Read the question on a page, and answer it there."""
    fields = {"stage": "answer", "answer": yes, "digest": who.hidden(path, "digest"), **more}
    return who.post(path, fields).status_code


def test_a_yes_confirms_under_the_name_of_whoever_is_signed_in(scene: Scene, visitor: Callable[[str], Visitor]) -> None:
    case = scene.office.open_offboarding(SAID[0])
    path = f"/cases/{case}/steps/hand-over-workspaces/done"
    assert answer(visitor(OPERATOR), path, note="ticket IT-7 <b>") == 303
    step = step_of(scene, case, "hand-over-workspaces")
    assert step.state is StepState.CONFIRMED
    said = step.claims[-1].said_by
    assert (said.name, said.channel) == (OPERATOR, Channel.CONSOLE)
    assert said.proof is not None
    assert said.proof.startswith("token T-")
    assert step.claims[-1].note == "ticket IT-7 <b>"
    shown = visitor(VIEWER).get(f"/cases/{case}").text
    assert "ticket IT-7 &lt;b&gt;" in shown
    assert "on the console" in shown


def test_a_no_to_what_an_assistant_reported_takes_it_back(scene: Scene, visitor: Callable[[str], Visitor]) -> None:
    case = scene.office.open_offboarding(SAID[1])
    scene.office.report(case, "hand-over-workspaces")
    assert "Confirm or refuse" in visitor(OPERATOR).get(f"/cases/{case}").text
    assert answer(visitor(OPERATOR), f"/cases/{case}/steps/hand-over-workspaces/done", "no") == 303
    assert step_of(scene, case, "hand-over-workspaces").state is StepState.TO_DO


def test_a_question_that_changed_meanwhile_is_shown_anew_and_not_answered(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    case = scene.office.open_offboarding(SAID[2])
    key = "hand-over-workspaces"
    scene.office.report(case, key, "nobody shares anything", "skipped")
    robin, path = visitor(OPERATOR), f"/cases/{case}/steps/{key}/skipped"
    digest = robin.hidden(path, "digest")
    scene.office.report(case, key, "she left it to her manager", "skipped")
    reply = robin.post(path, {"stage": "answer", "answer": "yes", "digest": digest})
    assert reply.status_code == 409
    assert "question_changed" in reply.text
    assert "she left it to her manager" in reply.text
    assert step_of(scene, case, key).state is StepState.SKIP_REPORTED
    assert answer(robin, path) == 303
    assert step_of(scene, case, key).state is StepState.SKIPPED


def test_a_step_is_skipped_for_the_reason_that_the_question_quotes(
    scene: Scene, url: str, visitor: Callable[[str], Visitor]
) -> None:
    case = scene.office.open_offboarding(SAID[3])
    robin, path = visitor(OPERATOR), f"/cases/{case}/steps/hand-over-workspaces/skipped"
    asked = robin.client.get(f"{url}{path}?reason=as+an+assistant+wrote+it").text
    assert "as an assistant wrote it" not in asked  # an address that somebody else made says nothing for this person
    page = robin.post(path, {"reason": "none was ever shared"}).text
    assert "As you typed it: “none was ever shared”" in page
    digest = page.split('name="digest" value="')[1].split('"')[0]
    sent = {"stage": "answer", "answer": "yes", "digest": digest, "reason": "another reason"}
    assert robin.post(path, sent).status_code == 409
    assert robin.post(path, {**sent, "reason": "none was ever shared"}).status_code == 303
    assert step_of(scene, case, "hand-over-workspaces").claims[-1].note == "none was ever shared"


def test_steps_that_wait_for_others_are_not_offered_and_not_taken(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    path = f"/cases/{scene.overdue}/steps/deactivate/done"
    assert f'href="{path}"' not in visitor(OPERATOR).get(f"/cases/{scene.overdue}").text
    reply = visitor(OPERATOR).get(path)
    assert reply.status_code == 409
    assert "step_waits" in reply.text


def test_an_approver_agrees_to_exactly_the_plan_that_is_shown(scene: Scene, visitor: Callable[[str], Visitor]) -> None:
    case, quinn = scene.approval, visitor(APPROVER)
    path = f"/cases/{case}/approve"
    assert case in quinn.get("/").text
    assert "Look and approve" in quinn.get(f"/cases/{case}").text
    assert "Look and approve" not in visitor(OPERATOR).get(f"/cases/{case}").text
    refused = visitor(OPERATOR).get(f"/cases/{case}/steps/hand-over-workspaces/done")
    assert "approval_missing" in refused.text
    assert answer(quinn, path, note="seen with her manager") == 303
    found = case_of(scene, case)
    assert found.approval is not None
    assert (found.approval.approved_by.name, found.approval.approved_by.channel) == (APPROVER, Channel.CONSOLE)
    assert "seen with her manager" in quinn.get(f"/cases/{case}").text


def test_a_roster_that_an_assistant_brought_counts_once_somebody_stands_for_it(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    robin = visitor(OPERATOR)
    assert "R-6" in robin.get("/").text
    assert "Stand for it" not in visitor(VIEWER).get("/sources").text
    assert answer(robin, "/sources/R-6/confirm") == 303
    with scene.office.workshop.store().reading() as view:
        source = view.source(6)
    assert source.can_verify
    assert source.confirmed_by is not None
    assert source.confirmed_by.channel is Channel.CONSOLE


def test_a_case_is_given_to_somebody_and_ended_for_a_reason(scene: Scene, visitor: Callable[[str], Visitor]) -> None:
    case = scene.office.open_offboarding(SAID[4])
    robin = visitor(OPERATOR)
    assert robin.post(f"/cases/{case}/assign", {"owner": "it‮desk"}).status_code == 303
    assert "it⟨U+202E⟩desk" in robin.get(f"/cases/{case}").text
    page = robin.post(f"/cases/{case}/cancel", {"reason": "she stays"})
    assert "Nothing is left to ask" in page.text
    assert robin.post(f"/cases/{case}/cancel", {"reason": "she stays", "stage": "answer"}).status_code == 303
    assert case_of(scene, case).state.value == "cancelled"
    over = robin.get(f"/cases/{case}").text
    assert "I did this" not in over
    assert robin.get(f"/cases/{case}/steps/hand-over-workspaces/done").status_code == 409


# -- files ------------------------------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def attach(who: Visitor, path: str, name: str, content: bytes, kind: str = "image/png") -> int:
    fields = {"form_token": who.token("/account"), "note": "the page after"}
    sent = who.client.post(
        who.url + path, data=fields, files={"file": (name, content, kind)}, headers=from_own_page(who.url)
    )
    return sent.status_code


def test_a_file_is_kept_as_a_persons_and_given_back_to_be_saved_only(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    robin, path = visitor(OPERATOR), f"/cases/{scene.leaver}/steps/deactivate/evidence"
    page = b"<!doctype html><script>alert(1)</script>"
    assert attach(robin, path, "../../etc/members.html", page, "text/html") == 303
    kept = case_of(scene, scene.leaver).evidence[-1]
    assert (kept.file_name, kept.assurance.value) == ("members.html", "confirmed")
    given = visitor(VIEWER).get(f"/evidence/{kept.name}")
    assert given.content == page
    assert given.headers["content-disposition"] == "attachment; filename*=UTF-8''members.html"
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in given.headers["content-security-policy"]


def test_a_file_that_is_not_what_its_name_says_or_too_large_is_refused(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    robin, path = visitor(OPERATOR), f"/cases/{scene.leaver}/steps/deactivate/evidence"
    before = len(case_of(scene, scene.leaver).evidence)
    assert attach(robin, path, "members.png", b"MZ\x90\x00") == 409
    assert attach(robin, path, "members.exe", PNG) == 409
    assert attach(robin, path, "", PNG) == 409
    assert attach(robin, path, "large.png", PNG + b"0" * (10 * 1024 * 1024)) == 409
    assert attach(robin, path, "larger.png", PNG + b"0" * (12 * 1024 * 1024)) == 413
    assert len(case_of(scene, scene.leaver).evidence) == before


def test_a_file_whose_kept_copy_changed_is_not_given_back(scene: Scene, visitor: Callable[[str], Visitor]) -> None:
    robin, path = visitor(OPERATOR), f"/cases/{scene.contradicted}/steps/deactivate/evidence"
    assert attach(robin, path, "seen.png", PNG + b"seen") == 303
    kept = case_of(scene, scene.contradicted).evidence[-1]
    (scene.office.home / "evidence" / kept.digest[:2] / kept.digest).write_bytes(PNG)
    answered = robin.get(f"/evidence/{kept.name}")
    assert answered.status_code == 409
    assert "evidence_lost" in answered.text

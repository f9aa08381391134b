"""A second factor is given for exactly one answer, by the person, once; whoever guesses is stopped."""

import re
from collections.abc import Callable

import httpx
import pytest
from pyotp.totp import TOTP

from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.steps import StepState
from tests.console.conftest import Visitor
from tests.console.office import VIEWER
from tests.console.scene import GUARDED, STRICT, Scene
from tests.console.test_saying import step_of

WORKER = frozenset({Role.OPERATOR})


def field(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def enrol(who: Visitor, invitation: str, scene: Scene) -> TOTP:
    """Add an authenticator app."""
    page = who.post("/account/factors/totp", {"invitation": invitation, "label": "phone"})
    assert page.status_code == 200, page.text
    letters = re.search(r'<p class="mono">([A-Z2-7 ]+)</p>', page.text)
    assert letters
    app = TOTP(letters[1].replace(" ", ""))
    sent = {"sealed": field(page, "sealed"), "label": "phone", "code": app.at(scene.clock.at)}
    assert who.post("/account/factors/totp/finish", sent).status_code == 303
    scene.clock.forward(seconds=30)
    return app


def say(who: Visitor, path: str, answer: str = "yes", note: str = "") -> httpx.Response:
    """Answer the question on a page, up to where a device is asked."""
    digest = who.hidden(path, "digest")
    return who.post(path, {"stage": "answer", "answer": answer, "digest": digest, "note": note})


def give(who: Visitor, path: str, asked: httpx.Response, code: str, **other: str) -> httpx.Response:
    """Answer with a code what a page asked of a device."""
    fields = {name: field(asked, name) for name in ("stage", "digest", "answer", "note", "challenge")}
    return who.post(path, {**fields, "code": code, **other})


@pytest.fixture
def ada(scene: Scene, entering: Callable[[str], Visitor]) -> tuple[Visitor, TOTP]:
    """A worker with an app of her own, and nothing that she got wrong."""
    name = f"worker{len(scene.office.tokens)}@birchwood.example"
    who = entering(scene.office.token_for(name, WORKER))
    return who, enrol(who, scene.office.invitation_for(name), scene)


def test_without_the_device_nothing_is_recorded(scene: Scene, ada: tuple[Visitor, TOTP]) -> None:
    who, app = ada
    case = scene.office.open_offboarding(GUARDED[0])
    path = f"/cases/{case}/steps/{STRICT}/done"
    asked = say(who, path)
    assert "Your device, for this answer" in asked.text
    assert step_of(scene, case, STRICT).state is StepState.TO_DO
    made_up = who.post(
        path,
        {
            "stage": "factor",
            "answer": "yes",
            "digest": who.hidden(path, "digest"),
            "challenge": "A" * 43,
            "code": app.at(scene.clock.at),
        },
    )
    assert made_up.status_code == 409
    assert "factor_refused" in made_up.text
    assert step_of(scene, case, STRICT).state is StepState.TO_DO
    assert give(who, path, asked, app.at(scene.clock.at)).status_code == 303
    assert step_of(scene, case, STRICT).claims[-1].said_by.channel is Channel.CONSOLE_SECOND_FACTOR


def test_what_a_device_was_asked_serves_no_other_answer_note_person_or_second_time(
    scene: Scene, ada: tuple[Visitor, TOTP], entering: Callable[[str], Visitor]
) -> None:
    who, app = ada
    first, second = (scene.office.open_offboarding(one) for one in GUARDED[1:3])
    path, other = (f"/cases/{case}/steps/{STRICT}/done" for case in (first, second))
    asked = say(who, path, note="seen")
    code = app.at(scene.clock.at)
    assert give(who, path, asked, code, note="something else").status_code == 409
    swapped = give(who, other, asked, code, digest=who.hidden(other, "digest"))
    assert swapped.status_code == 409
    bo = entering(scene.office.token_for(who_is(who), WORKER))
    assert give(bo, path, asked, code).status_code == 409  # the same person's other session
    assert step_of(scene, first, STRICT).state is StepState.TO_DO
    assert step_of(scene, second, STRICT).state is StepState.TO_DO
    assert give(who, path, asked, code).status_code == 303  # none of that used it up
    scene.clock.forward(seconds=30)
    assert give(who, path, asked, app.at(scene.clock.at)).status_code == 409


def who_is(who: Visitor) -> str:
    """The name behind a session."""
    found = re.search(r"<b><bdi>(worker\d+)<wbr>@", who.get("/account").text)
    assert found
    return f"{found[1]}@birchwood.example"


def test_whoever_guesses_codes_is_stopped_after_five_and_everybody_can_see_it(
    scene: Scene, ada: tuple[Visitor, TOTP]
) -> None:
    who, app = ada
    case = scene.office.open_offboarding(GUARDED[3])
    path = f"/cases/{case}/steps/{STRICT}/done"
    for _ in range(5):
        right = app.at(scene.clock.at)
        wrong = next(code for code in ("111111", "222222") if code != right)
        assert "factor_refused" in give(who, path, say(who, path), wrong).text
    late = give(who, path, say(who, path), app.at(scene.clock.at))
    assert late.status_code == 409
    assert "too_many_codes" in late.text
    assert step_of(scene, case, STRICT).state is StepState.TO_DO
    told = [one for one in scene.office.trail() if one["kind"] == "factor.refused"]
    assert [one["address"] for one in told][-5:] == [who_is(who)] * 5
    scene.clock.forward(minutes=16)
    assert give(who, path, say(who, path), app.at(scene.clock.at)).status_code == 303


def test_a_no_needs_no_device(scene: Scene, ada: tuple[Visitor, TOTP]) -> None:
    who, _ = ada
    case = scene.office.open_offboarding(GUARDED[4])
    scene.office.report(case, STRICT, "she wrote back")
    assert say(who, f"/cases/{case}/steps/{STRICT}/done", "no").status_code == 303
    assert step_of(scene, case, STRICT).state is StepState.TO_DO


def test_a_device_is_added_only_with_an_invitation_of_ones_own_that_nobody_used(
    scene: Scene, ada: tuple[Visitor, TOTP], entering: Callable[[str], Visitor]
) -> None:
    who, _ = ada
    vic = entering(scene.office.tokens[VIEWER])
    code = scene.office.invitation_for(VIEWER)
    for one in ("", "made-up", scene.office.invitation_for(who_is(who))):
        refused = vic.post("/account/factors/totp", {"invitation": one})
        assert (refused.status_code, "invitation_unusable" in refused.text) == (409, True), one
    begun = vic.post("/account/factors/totp", {"invitation": code})
    stolen = {"sealed": field(begun, "sealed"), "code": "123456", "label": "theirs"}
    elsewhere = who.post("/account/factors/totp/finish", stolen)
    assert "of another session" in elsewhere.text
    enrol(vic, code, scene)
    again = vic.post("/account/factors/totp", {"invitation": code})
    assert "invitation_unusable" in again.text


def test_no_seed_lies_in_the_store_in_the_clear(scene: Scene, ada: tuple[Visitor, TOTP]) -> None:
    _, app = ada
    assert app.secret.encode() not in (scene.office.home / "store.sqlite").read_bytes()
    with scene.office.workshop.store().reading() as view:
        assert all(app.secret not in one.material for one in view.factors())

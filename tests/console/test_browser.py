"""Real Chromium at the console: what people do there, with a mouse, by keyboard alone, and without JavaScript."""

import base64
from collections.abc import Callable, Generator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pyotp.totp import TOTP

from axure_lifecycle.cli.demo import Someone, members_page, people
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.steps import StepState
from tests.console.browsing import AUTHENTICATOR, sign_in, violations
from tests.console.hostile import EVERY, MARKUP, TURNED
from tests.console.office import ADMIN, OPERATOR, VIEWER
from tests.console.scene import OTHERS, STRICT, Scene
from tests.console.test_saying import PNG, case_of, step_of

STEP = "hand-over-workspaces"


@pytest.fixture
def page(context: BrowserContext) -> Generator[Page]:
    """A page that must never complain: what our policy keeps out is told on the console of the browser."""
    made = context.new_page()
    complaints: list[str] = []
    made.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    yield made
    assert not [one for one in complaints if "status of 4" not in one]


def test_somebody_signs_in_confirms_a_step_attaches_a_file_and_signs_out(page: Page, scene: Scene, url: str) -> None:
    case = scene.office.open_offboarding(OTHERS[0])
    scene.office.report(case, STEP, "as she asked")
    page.goto(f"{url}/cases/{case}")
    page.get_by_label("Your token").fill("alt_not_a_token")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody was signed in")
    page.goto(f"{url}/cases/{case}")
    page.get_by_label("Your token").fill(scene.office.tokens[OPERATOR])
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{url}/cases/{case}")  # where they wanted to go
    page.get_by_role("link", name="Confirm or refuse").click()
    expect(page.locator("#question")).to_contain_text("Say yes only for what you did or saw yourself")
    page.get_by_label("Note").fill("looked at it with Ada")
    page.get_by_role("button", name="Yes, I did or saw it").click()
    expect(page.get_by_role("status")).to_contain_text("confirmed by the person")
    step = step_of(scene, case, STEP)
    assert step.state is StepState.CONFIRMED
    assert step.claims[-1].said_by.channel is Channel.CONSOLE
    row = page.locator(f"#step-{STEP}")
    row.get_by_text("Attach a file").click()
    row.get_by_label("File").set_input_files({"name": "after.png", "mimeType": "image/png", "buffer": PNG})
    row.get_by_role("button", name="Attach").click()
    expect(page.get_by_role("status")).to_contain_text("E-")
    with page.expect_download() as download:
        row.get_by_role("link", name="after.png").click()
    assert download.value.suggested_filename == "after.png"
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out")
    page.goto(url + "/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_forged_form_is_refused_with_a_page_that_says_so(page: Page, scene: Scene, url: str) -> None:
    case = scene.office.open_offboarding(OTHERS[1])
    sign_in(page, url, scene.office.tokens[OPERATOR])
    page.goto(f"{url}/cases/{case}/steps/{STEP}/done")
    page.eval_on_selector("main form [name=form_token]", "field => { field.value = 'f'.repeat(64) }")
    page.get_by_role("button", name="Yes, I did or saw it").click()
    expect(page.get_by_role("alert")).to_contain_text("form_refused")
    assert step_of(scene, case, STEP).state is StepState.TO_DO


def test_a_page_of_another_site_cannot_make_a_signed_in_browser_say_yes(page: Page, scene: Scene, url: str) -> None:
    sign_in(page, url, scene.office.tokens[OPERATOR])
    other = url.replace("localhost", "127.0.0.1")  # another site, as browsers see it
    page.route(
        f"{other}/trap",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f"""
        <form method=post action="{url}/cases/{scene.overdue}/assign"><input name=owner value=mallory>
        <button>Win</button></form>""",
        ),
    )
    page.goto(f"{other}/trap")
    page.get_by_role("button", name="Win").click()
    assert "mallory" not in str(case_of(scene, scene.overdue).owner)


def press_until(page: Page, name: str, key: str = "Tab", most: int = 80) -> None:
    """Walk with a key until something of this name has the focus, which must be seen there."""
    for _ in range(most):
        page.keyboard.press(key)
        found: dict[str, Any] = page.evaluate(
            """() => { const here = document.activeElement, style = getComputedStyle(here);
                const labels = here.labels ? [...here.labels].map(one => one.textContent).join(' ') : '';
                return {name: [labels, here.textContent, here.getAttribute('aria-label')].join(' '),
                        seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
                              || here.tagName === 'MAIN'}; }"""
        )
        if name in found["name"]:
            assert found["seen"], f"the focus on {name} cannot be seen"
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_everything_is_done_by_keyboard_alone(page: Page, scene: Scene, url: str) -> None:
    case = scene.office.open_offboarding(OTHERS[2])
    page.goto(url + "/")
    press_until(page, "Your token")
    page.keyboard.type(scene.office.tokens[OPERATOR])
    page.keyboard.press("Enter")
    page.wait_for_url(url + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(f"{url}/cases/{case}")
    press_until(page, "I did this… Hand over")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done")
    press_until(page, "Note")
    page.keyboard.type("by keyboard")
    press_until(page, "Yes, I did or saw it")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case}")
    assert step_of(scene, case, STEP).claims[-1].note == "by keyboard"


def test_everything_works_without_javascript(browser: Browser, scene: Scene, url: str) -> None:
    case = scene.office.open_offboarding(OTHERS[3])
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, url, scene.office.tokens[OPERATOR])
    page.goto(f"{url}/cases/{case}/steps/{STEP}/skipped")
    page.get_by_label("Why is this step not needed?").fill("nothing was shared")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#question")).to_contain_text("As you typed it: “nothing was shared”")
    page.get_by_role("button", name="Yes, skip it").click()
    expect(page.locator(f"#step-{STEP}")).to_contain_text("Skipped")
    row = page.locator(f"#step-{STEP}")
    row.get_by_text("Attach a file").click()
    row.get_by_label("File").set_input_files({"name": "without.png", "mimeType": "image/png", "buffer": PNG})
    row.get_by_role("button", name="Attach").click()
    expect(row.get_by_role("link", name="without.png")).to_be_visible()
    page.get_by_label("Owner").fill("helpdesk")
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("status")).to_contain_text("helpdesk")
    page.goto(url + "/people")
    page.get_by_label("Name or address begins with").fill("ines")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="ines.varga").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ines.varga@birchwood.example")
    context.close()


# -- second factors ---------------------------------------------------------------------------------------------------


def enrol_app(page: Page, scene: Scene, url: str, person: str) -> TOTP:
    """Add an authenticator app with an invitation, as somebody would."""
    page.goto(url + "/account")
    page.get_by_label("Invitation").fill("made-up")
    page.get_by_role("button", name="Authenticator app").click()
    expect(page.get_by_role("alert")).to_contain_text("invitation_unusable")
    page.get_by_label("Invitation").fill(scene.office.invitation_for(person))
    page.get_by_label("What you call it").fill("My phone")
    page.get_by_role("button", name="Authenticator app").click()
    app = TOTP("".join(page.locator("p.mono").inner_text().split()))
    page.get_by_label("The code that it shows now").fill(app.at(scene.clock.at))
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("status")).to_contain_text("My phone was added")
    return app


def test_a_step_that_policy_guards_takes_a_code_for_exactly_this_answer(page: Page, scene: Scene, url: str) -> None:
    case = scene.office.open_offboarding(OTHERS[4])
    sign_in(page, url, scene.office.tokens[OPERATOR])
    page.goto(f"{url}/cases/{case}/steps/{STRICT}/done")
    expect(page.get_by_text("you have none here")).to_be_visible()
    expect(page.get_by_role("button", name="Yes, I did or saw it")).to_have_count(0)
    app = enrol_app(page, scene, url, OPERATOR)
    scene.clock.forward(seconds=30)
    code = app.at(scene.clock.at)
    page.goto(f"{url}/cases/{case}/steps/{STRICT}/done")
    page.get_by_role("button", name="Yes, I did or saw it").click()
    page.get_by_label("Six digits").fill("000000" if code != "000000" else "000001")
    page.get_by_role("button", name="Record my answer").click()
    expect(page.get_by_role("alert")).to_contain_text("the code is not the one")
    assert step_of(scene, case, STRICT).state is StepState.TO_DO
    page.get_by_label("Six digits").fill(code)
    page.get_by_role("button", name="Record my answer").click()
    expect(page.get_by_role("status")).to_contain_text("confirmed by the person")
    step = step_of(scene, case, STRICT)
    assert step.state is StepState.CONFIRMED
    assert step.claims[-1].said_by.channel is Channel.CONSOLE_SECOND_FACTOR
    expect(page.locator(f"#step-{STRICT}")).to_contain_text("with a second factor")
    page.goto(f"{url}/cases/{case}/steps/{STRICT}/not-done")
    page.get_by_role("button", name="Yes, it is not done").click()
    page.get_by_label("Six digits").fill(code)  # seen by somebody over the shoulder
    page.get_by_role("button", name="Record my answer").click()
    expect(page.get_by_role("alert")).to_contain_text("used before")
    assert step_of(scene, case, STRICT).state is StepState.CONFIRMED


def test_a_passkey_confirms_and_one_that_is_not_the_persons_does_not(page: Page, scene: Scene, url: str) -> None:
    devices: Any = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = AUTHENTICATOR
    mine: str = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    sign_in(page, url, scene.office.tokens[ADMIN])
    page.goto(url + "/account")
    page.get_by_label("Invitation").fill(scene.office.invitation_for(ADMIN))
    page.get_by_role("button", name="Passkey").click()
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("Passkey was added")
    page.goto(f"{url}/cases/{scene.leaver}/steps/{STRICT}/done")
    page.get_by_role("button", name="Yes, I did or saw it").click()
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("status")).to_contain_text("confirmed by the person")
    step = step_of(scene, scene.leaver, STRICT)
    assert step.claims[-1].said_by.channel is Channel.CONSOLE_SECOND_FACTOR
    kept: dict[str, Any] = devices.send("WebAuthn.getCredentials", {"authenticatorId": mine})["credentials"][0]
    devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": mine})
    other: str = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    forged: dict[str, Any] = {**kept, "privateKey": strange_private_key(), "signCount": kept["signCount"] + 50}
    devices.send("WebAuthn.addCredential", {"authenticatorId": other, "credential": forged})
    page.goto(f"{url}/cases/{scene.leaver}/steps/{STRICT}/not-done")
    page.get_by_role("button", name="Yes, it is not done").click()
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("not for this question")
    assert step_of(scene, scene.leaver, STRICT).state is StepState.CONFIRMED


def strange_private_key() -> str:
    """A key that nobody enrolled, PKCS #8 in base64."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    made = generate_private_key(SECP256R1())
    return base64.b64encode(made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()


# -- words that mean no good ------------------------------------------------------------------------------------------


def test_hostile_names_and_notes_are_shown_as_the_text_that_they_are(page: Page, scene: Scene, url: str) -> None:
    sign_in(page, url, scene.office.tokens[OPERATOR])
    for number, words in enumerate(EVERY):
        scene.office.report(scene.overdue, STEP, f"{number} {words}")
        page.goto(url + "/")
        page.goto(f"{url}/cases/{scene.overdue}")
        seen = page.locator(f"#step-{STEP}").inner_text()
        assert f"{number} {shown_as(words)}" in " ".join(seen.split()), words
        assert page.locator("main img, main script").count() == 0
        assert "Axure Lifecycle" in page.title()
    zed = Someone(f"Zed {TURNED}", "zed@birchwood.example", in_directory=False)
    scene.office.bring("members", "members-page-3.txt", members_page([*people(), zed]))
    page.goto(f"{url}/people?q=zed")
    expect(page.locator("main")).to_contain_text(f"Zed {shown_as(TURNED)}")
    page.goto(f"{url}/cases/{scene.overdue}")
    page.get_by_label("Owner").fill(f'">{MARKUP}')
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_label("Owner")).to_have_value(f'">{MARKUP}')
    page.goto(f"{url}/cases/{scene.overdue}/steps/{STEP}/skipped")
    page.get_by_label("Why is this step not needed?").fill(MARKUP)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#question")).to_contain_text(MARKUP)
    assert page.locator("main img, main script").count() == 0
    page.goto(f"{url}/people?q={TURNED}")
    expect(page.locator("#found-title")).to_contain_text(shown_as(TURNED))
    page.goto(f"{url}/people?q={MARKUP[:30]}")
    expect(page.get_by_text("Nobody begins like that")).to_be_visible()
    assert page.locator("main img").count() == 0


def shown_as(words: str) -> str:
    """What a reader sees, said by hand."""
    return words.replace("\x1b", "␛").replace("\x07", "␇").replace("‮", "⟨U+202E⟩")


# -- for everybody ----------------------------------------------------------------------------------------------------

PAGES = (
    "/",
    "/cases",
    "/cases?need=overdue&state=verified",
    "/cases/{leaver}",
    "/cases/{contradicted}",
    "/cases/{approval}",
    "/cases/{leaver}/trail",
    "/cases/{leaver}/cancel",
    "/cases/{leaver}/steps/transfer-ownership-by-purchase-order/done",
    "/cases/{leaver}/steps/hand-over-workspaces/skipped",
    "/discrepancies",
    "/discrepancies?verdict=leaver",
    "/people?q=in",
    "/people?q=nobody",
    "/people/ines.varga@birchwood.example",
    "/reviews",
    "/reviews/{review}",
    "/reviews/{review}/bram.abel@birchwood.example",
    "/sources",
    "/reports",
    "/trail",
    "/account",
    "/cases/C-999",
    "/nothing-here",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_any_page(
    scheme: Any, browser: Browser, scene: Scene, url: str, axe: str, visitor: Callable[[str], object]
) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found: list[str] = []

    def look(where: str) -> None:
        found.extend(violations(page, axe, f"{where} ({scheme})"))

    page.goto(url + "/sign-in")
    look("/sign-in")
    page.get_by_label("Your token").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    look("/sign-in, refused")
    sign_in(page, url, scene.office.tokens[ADMIN])
    for path in PAGES:
        page.goto(url + path.format(**vars(scene)))
        look(path)
    page.goto(url + "/trail")
    page.get_by_role("button", name="Verify").click()
    look("the trail, verified")
    page.goto(url + "/account")
    page.get_by_label("Invitation").fill(scene.office.invitation_for(ADMIN))
    page.get_by_role("button", name="Authenticator app").click()
    look("a new app")
    context.close()
    assert not found, "\n".join(found)


def test_no_page_needs_sideways_scrolling_on_a_small_phone(browser: Browser, scene: Scene, url: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    sign_in(page, url, scene.office.tokens[ADMIN])
    wide: list[str] = []
    for path in PAGES:
        page.goto(url + path.format(**vars(scene)))
        width: int = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide.append(f"{path}: {width}")
    context.close()
    assert not wide


def test_a_viewer_sees_no_button_that_would_be_refused(page: Page, scene: Scene, url: str) -> None:
    sign_in(page, url, scene.office.tokens[VIEWER])
    for path in PAGES[:12]:
        page.goto(url + path.format(**vars(scene)))
        forms = page.locator("main form[method=post]").count()
        assert forms == 0, path

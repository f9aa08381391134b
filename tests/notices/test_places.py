"""What each webhook is sent, and what becomes of it: over real connections on the loopback."""

import base64
import hmac
import json
import logging
import time
from datetime import timedelta
from pathlib import Path

import pytest
import trustme

from axure_lifecycle.domain.directories import SecretKind, SecretReference
from axure_lifecycle.domain.places import Delivered, Place, TeamsPlace, Unclear, WebhookPlace
from axure_lifecycle.domain.reminding import Line, MessageKind
from axure_lifecycle.notices.forms import for_teams
from axure_lifecycle.notices.opening import ConfiguredPlaces
from tests.notices.adaptive_cards import faults_of_message
from tests.notices.receivers import Answer, Behaviour, Drip, Drop, nobody_there, receiving
from tests.notices.sending import ALL, AT, CONSOLE, HOSTILE, KEY, MESSAGE, QUICK, Secrets, deliver, refused, slack


def test_slack_is_sent_text_in_which_nothing_calls_links_or_formats(secrets: Secrets) -> None:
    with receiving() as receiver:
        assert deliver(slack(secrets("url", f"{receiver.base}/services/T0/B0/canary"))) == Delivered()
    (call,) = receiver.calls
    assert call.path == "/services/T0/B0/canary"
    assert call.json["text"] == "Acme &amp; Co, Axure access: 2 things wait"
    headline, section = call.json["blocks"]
    assert headline["text"]["type"] == "plain_text"
    said = section["text"]["text"]
    assert "• C-12 (offboard): overdue by 4 days <https://lifecycle.acme.example/cases/C-12|open>" in said
    assert said.count("<") == 1  # the one link that is ours
    assert "&lt;!channel&gt;" in said
    assert "*bold*" not in said


def test_teams_is_sent_a_card_of_plain_runs(secrets: Secrets) -> None:
    with receiving() as receiver:
        receiver.usual = Answer(202)  # as a workflow answers
        place = TeamsPlace(name="teams", takes=ALL, url=secrets("url", receiver.base))
        assert deliver(place) == Delivered()
    (call,) = receiver.calls
    assert call.json["type"] == "message"
    (attachment,) = call.json["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}  # a TextBlock would read Markdown
    runs = [run["text"] for block in card["body"] for run in block["inlines"]]
    assert runs == [MESSAGE.headline, "• C-12 (offboard): overdue by 4 days", f"• {HOSTILE}"]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open the console", "url": f"{CONSOLE}/cases/C-12"}]
    assert "msteams" not in card  # without its entities no mention is one


def test_a_message_for_teams_is_what_microsoft_publishes_and_never_too_long() -> None:
    many = MESSAGE._replace(lines=tuple(Line(f"{number} {'ä' * 590}", number) for number in range(41)))
    for message, console in ((MESSAGE, CONSOLE), (MESSAGE, None), (many, CONSOLE)):
        sent = for_teams(message, console, KEY, AT)
        assert len(sent) <= 28_000
        assert faults_of_message(json.loads(sent)) == []
    runs = json.loads(for_teams(many, CONSOLE, KEY, AT))["attachments"][0]["content"]["body"]
    assert runs[-1]["inlines"][0]["text"] == f"… and {41 - (len(runs) - 2)} more lines."
    # The rules bite: an unknown property, a missing one, another version, another shape.
    changes: tuple[dict[str, object], ...] = (
        {"version": "1.6"},
        {"body": [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "markdown": True, "text": "x"}]}]},
        {"actions": [{"type": "Action.OpenUrl", "title": "x"}]},
        {"sections": []},
    )
    for change in changes:
        broken = json.loads(for_teams(MESSAGE, CONSOLE, KEY, AT))
        broken["attachments"][0]["content"] |= change
        assert len(faults_of_message(broken)) == 1


@pytest.mark.parametrize("prefix", ["", "whsec_"])
def test_a_webhook_is_signed_over_its_id_moment_and_body(secrets: Secrets, prefix: str) -> None:
    raw = b"0123456789abcdef0123456789abcdef"
    secret = prefix + base64.b64encode(raw).decode() if prefix else raw.decode()
    with receiving() as receiver:
        place = WebhookPlace(
            name="desk", takes=ALL, url=secrets("url", receiver.base), secret=secrets("secret", secret)
        )
        assert deliver(place) == Delivered()
        assert deliver(place) == Delivered()
    first, second = receiver.calls
    told = first.headers["webhook-timestamp"]
    assert abs(int(told) - time.time()) < 60
    signed = f"{KEY}.{told}.".encode() + first.body
    expected = base64.b64encode(hmac.digest(raw, signed, "sha256")).decode()
    assert first.headers["webhook-signature"] == f"v1,{expected}"
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == KEY
    assert first.body == second.body  # a second try is the same call
    assert first.json["type"] == "digest"
    assert first.json["timestamp"] == "2026-11-27T08:30:00Z"
    assert first.json["data"]["in_all"] == 2


@pytest.mark.parametrize(
    ("behaviour", "code", "wait"),
    [
        (Answer(500), "place_in_trouble", None),
        (Answer(503, (("retry-after", "7"),)), "place_in_trouble", timedelta(seconds=7)),
        (Answer(429, (("retry-after", "30"),)), "place_throttles", timedelta(seconds=30)),
        (Answer(429), "place_throttles", None),
        (Answer(404), "place_refuses", None),
        (Answer(307, (("location", "http://127.0.0.1:9/"),)), "place_redirects", None),
    ],
)
def test_whatever_a_receiver_does_sending_ends_in_time_and_says_so(
    secrets: Secrets, behaviour: Behaviour, code: str, wait: timedelta | None
) -> None:
    with receiving() as receiver:
        receiver.always = behaviour
        begun = time.monotonic()
        outcome = refused(deliver(slack(secrets("url", f"{receiver.base}/canary"))))
        assert time.monotonic() - begun < 10
    assert (outcome.code, outcome.wait) == (code, wait)
    assert len(receiver.calls) == 1
    assert "canary" not in outcome.sentence
    assert "localhost" not in outcome.sentence


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [(Drop(), "place_unreachable"), (Drip(), "place_silent"), (Answer(504), "place_silent")],
)
def test_an_answer_that_is_lost_is_told_apart_from_a_no_where_nobody_would_know_a_repeat(
    secrets: Secrets, behaviour: Behaviour, code: str
) -> None:
    with receiving() as receiver:
        receiver.always = behaviour
        begun = time.monotonic()
        url = secrets("url", f"{receiver.base}/canary")
        for place in (slack(url), TeamsPlace(name="teams", takes=ALL, url=url)):
            outcome = deliver(place, limits=QUICK)
            assert isinstance(outcome, Unclear)
            assert outcome.code == code
            assert "canary" not in outcome.sentence
        desk = WebhookPlace(name="desk", takes=ALL, url=url, secret=secrets("secret", "0123456789abcdef" * 2))
        # It knows the id again, so it may be told until it answers.
        assert refused(deliver(desk, limits=QUICK)).code == code
        assert time.monotonic() - begun < 10
    assert len(receiver.calls) == 3


def test_whoever_says_yes_and_drips_the_rest_has_said_yes(secrets: Secrets) -> None:
    with receiving() as receiver:
        receiver.always = Drip(status_first=True)
        begun = time.monotonic()
        assert deliver(slack(secrets("url", receiver.base))) == Delivered()
        assert time.monotonic() - begun < 10


def test_what_never_left_is_no_lost_answer(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(deliver(slack(secrets("url", nobody_there())))).code == "place_unreachable"
    with receiving() as proxy:  # takes no CONNECT: what it was asked for is no message
        monkeypatch.setenv("https_proxy", proxy.base)
        place = slack(secrets("behind", "https://hooks.slack.example/canary"))
        assert refused(deliver(place)).code == "place_unreachable"
        (finding,) = ConfiguredPlaces([place], None, QUICK).examine()
    assert (finding.is_fine, "behind a proxy, so it was not tried" in finding.sentence) == (True, True)
    assert proxy.calls == []


@pytest.mark.parametrize("address", ["http://hooks.slack.example/x", "ftp://localhost/x", "not an address", "https://"])
def test_nothing_is_sent_without_tls_but_to_this_machine(secrets: Secrets, address: str) -> None:
    outcome = refused(deliver(slack(secrets("url", address))))
    assert outcome.code == "place_address_unusable"
    assert address not in outcome.sentence


def test_a_certificate_must_be_trusted(secrets: Secrets, tmp_path: Path) -> None:
    ca = trustme.CA()
    with receiving(tls=ca) as receiver:
        url = secrets("url", receiver.base)
        assert refused(deliver(slack(url))).code == "place_certificate_untrusted"
        assert receiver.calls == []
        ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        assert deliver(slack(url, tmp_path / "ca.pem")) == Delivered()
        assert len(receiver.calls) == 1


def test_no_address_of_a_webhook_is_logged(secrets: Secrets, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving() as receiver:
        for behaviour in (Answer(200), Answer(500), Drop()):
            receiver.always = behaviour
            deliver(slack(secrets("url", f"{receiver.base}/services/canary-of-a-webhook")))
    assert len(receiver.calls) == 3
    assert "canary" not in caplog.text


def test_doctor_says_what_is_wrong_with_each_place_and_sends_nothing(secrets: Secrets, tmp_path: Path) -> None:
    gone = SecretReference(SecretKind.FILE, str(tmp_path / "gone"))
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with receiving() as receiver, receiving(tls=ca) as private:
        url = secrets("url", receiver.base)
        places: list[Place] = [
            slack(url),
            slack(gone),
            slack(secrets("bad", "http://hooks.slack.example/canary")),
            WebhookPlace(name="desk", takes=ALL, url=url, secret=secrets("short", "canary-too-short")),
            slack(secrets("nobody", f"{nobody_there()}/canary")),
            slack(secrets("unknown", "https://hooks.invalid/canary")),
            slack(secrets("private", f"{private.base}/canary"), tmp_path / "ca.pem"),
            slack(secrets("untrusted", f"{private.base}/canary")),
        ]
        findings = ConfiguredPlaces(places, None, QUICK).examine()
    assert [finding.is_fine for finding in findings] == [True, False, False, False, False, False, True, False]
    said = [finding.sentence for finding in findings]
    assert "it can be reached. Nothing was sent" in said[0]
    assert (said[4], said[5]) == ("slack cannot be reached.", "slack: the name of its host cannot be resolved.")
    assert "its certificate is trusted. Nothing was sent" in said[6]
    assert "a certificate that is not trusted" in said[7]
    assert "canary" not in "".join(said)
    assert (receiver.calls, private.calls) == ([], [])


def test_what_a_webhook_is_told_names_nobody_whom_a_case_is_about(secrets: Secrets) -> None:
    from axure_lifecycle.domain.reminding import ticket_message

    told = ticket_message(MessageKind.TICKET_OPEN, 12, "offboard", due_on="2026-11-27", state="open", reference=None)
    raw = "0123456789abcdef0123456789abcdef"
    with receiving() as receiver:
        place = WebhookPlace(name="desk", takes=ALL, url=secrets("url", receiver.base), secret=secrets("s", raw))
        assert deliver(place, message=told) == Delivered()
    assert json.loads(receiver.calls[0].body) == {
        "type": "ticket.open",
        "timestamp": "2026-11-27T08:30:00Z",
        "data": {
            "id": KEY,
            "headline": "Axure access: case C-12 is open",
            "lines": ["C-12 (offboard) is open"],
            "case": "C-12",
            "operation": "offboard",
            "state": "open",
            "due_on": "2026-11-27",
            "ticket": None,
            "console": f"{CONSOLE}/cases/C-12",
        },
    }

"""What a mail server is sent, and what becomes of it: over real connections on the loopback."""

import asyncio
import threading
import time
from asyncio import Transport
from collections.abc import Generator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from axure_lifecycle.domain.places import Delivered, MailPlace, MailSecurity, Unclear
from axure_lifecycle.notices.opening import ConfiguredPlaces
from tests.notices.sending import ALL, CONSOLE, KEY, MESSAGE, QUICK, Secrets, deliver, refused

HANGS_UP = "hangs up"
"""After the whole text."""
HANGS_UP_AT_ONCE = "hangs up at once"
"""Before a letter of the text."""
SAYS_NOTHING = "says nothing"
"""Takes the text and lets whoever sent it wait."""


class Box:
    """A mail server's box; when no answers are told it takes every mail."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self.texts: list[bytes] = []
        """Whatever text arrived, whatever was said of it then."""
        self.answers: list[str] = []
        self.always: str | None = None
        self.signed_in: list[bool] = []
        self.ended = threading.Event()

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Hear from whom a mail is, or hang up."""
        del session
        if self.answers and self.answers[0] == HANGS_UP_AT_ONCE:
            self.answers.pop(0)
            _abort(server)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, or say why not."""
        self.signed_in.append(bool(session.authenticated))
        content = envelope.content or b""
        assert isinstance(content, bytes)
        self.texts.append(content)
        answer = self.answers.pop(0) if self.answers else self.always or "250 OK"
        if answer == HANGS_UP:
            _abort(server)
        if answer == SAYS_NOTHING:
            await asyncio.get_running_loop().run_in_executor(None, self.ended.wait, 30)
        if answer.startswith("250"):
            self.mails.append((list(envelope.rcpt_tos), content))
        return answer


def _abort(server: SMTP) -> None:
    assert isinstance(server.transport, Transport)
    server.transport.abort()


def _knows(server: object, session: object, envelope: object, mechanism: str, data: Any) -> AuthResult:
    del server, session, envelope, mechanism
    is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"lifecycle", b"canary-password")
    return AuthResult(success=is_known, handled=False)


@contextmanager
def mail_server(ca: trustme.CA | None = None) -> Generator[tuple[Box, int]]:
    """A real SMTP server; with an authority it wants STARTTLS, and names and passwords."""
    import ssl

    box = Box()
    more: dict[str, Any] = {}
    if ca is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert("localhost").configure_cert(context)
        more = {"tls_context": context, "require_starttls": True, "authenticator": _knows, "auth_required": True}
    controller = Controller(box, hostname="127.0.0.1", port=0, **more)
    # The controller asks its own port, which is 0 until it listens.
    controller.port = _free_port()
    controller.start()
    try:
        yield box, controller.port
    finally:
        box.ended.set()
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def mail(port: int, security: MailSecurity = MailSecurity.NONE, **more: Any) -> MailPlace:
    """A mail server of this machine."""
    given: dict[str, Any] = {
        "host": "localhost",
        "sender": "lifecycle@acme.example",
        "fallback": "it@acme.example",
    } | more
    return MailPlace(name="mail", takes=ALL, port=port, security=security, **given)


def test_a_mail_goes_to_the_owner_and_what_is_for_a_team_to_whom_the_configuration_names(secrets: Secrets) -> None:
    with mail_server() as (box, port):
        assert deliver(mail(port)) == Delivered()
        assert deliver(mail(port), message=MESSAGE._replace(recipient="design-it")) == Delivered()
    assert [to for to, _ in box.mails] == [["kim@acme.example"], ["it@acme.example"]]
    parsed = message_from_bytes(box.mails[0][1], policy=policy.default)
    assert parsed["subject"] == MESSAGE.headline
    assert parsed["auto-submitted"] == "auto-generated"
    assert parsed["message-id"] == f"<{KEY}@acme.example>"
    text = parsed.get_content().replace("\r\n", "\n")
    assert f"- C-12 (offboard): overdue by 4 days\n  {CONSOLE}/cases/C-12\n" in text


def test_no_header_of_a_mail_can_be_added_by_a_name(secrets: Secrets) -> None:
    hostile = MESSAGE._replace(headline="Acme\r\nBcc: everybody@acme.example\r\n\r\nHello")
    with mail_server() as (box, port):
        assert deliver(mail(port), message=hostile) == Delivered()
    ((to, content),) = box.mails
    parsed = message_from_bytes(content, policy=policy.default)
    assert to == ["kim@acme.example"]
    assert parsed["bcc"] is None
    assert "␍␊Bcc" in parsed["subject"]


def test_mail_goes_over_verified_starttls_with_a_name_and_password(secrets: Secrets, tmp_path: Path) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with mail_server(ca) as (box, port):
        known: dict[str, Any] = {"user": "lifecycle", "password": secrets("password", "canary-password")}
        trusted: dict[str, Any] = {"ca_file": tmp_path / "ca.pem"}
        assert deliver(mail(port, MailSecurity.STARTTLS, **known, **trusted)) == Delivered()
        assert box.signed_in == [True]
        untrusted = refused(deliver(mail(port, MailSecurity.STARTTLS, **known)))
        wrong: dict[str, Any] = {"user": "lifecycle", "password": secrets("wrong", "canary-wrong")}
        refusal = refused(deliver(mail(port, MailSecurity.STARTTLS, **wrong, **trusted)))
        assert len(box.mails) == 1
    assert untrusted.code == "place_certificate_untrusted"
    assert refusal.code == "place_sign_in_refused"
    assert "canary" not in untrusted.sentence + refusal.sentence


def test_nothing_is_mailed_to_a_server_that_cannot_be_made_private(secrets: Secrets) -> None:
    with mail_server() as (box, port):
        assert refused(deliver(mail(port, MailSecurity.STARTTLS))).code == "place_not_private"
        assert refused(deliver(mail(port, MailSecurity.TLS))).code == "place_unreachable"
        assert box.mails == []


def test_a_mail_server_that_takes_a_text_and_hangs_up_may_have_it(secrets: Secrets) -> None:
    with mail_server() as (box, port):
        box.answers = [HANGS_UP]
        outcome = deliver(mail(port))
    assert isinstance(outcome, Unclear)
    assert outcome.code == "place_silent"


def test_a_mail_server_in_trouble_is_asked_again_later(secrets: Secrets) -> None:
    with mail_server() as (box, port):
        box.answers = ["451 later", "554 never"]
        assert refused(deliver(mail(port))).code == "place_in_trouble"
        assert refused(deliver(mail(port))).code == "place_refuses"


def test_a_mail_server_that_says_nothing_or_a_letter_at_a_time_does_not_hold_us(secrets: Secrets) -> None:
    import socket

    for drips in (False, True):
        with socket.create_server(("127.0.0.1", 0)) as held:
            ended = threading.Event()

            def drip(held: socket.socket = held, ended: threading.Event = ended, drips: bool = drips) -> None:
                connection, _ = held.accept()
                with connection:
                    while not ended.wait(0.05):
                        try:
                            connection.send(b"2" if drips else b"")
                        except OSError:
                            return

            thread = threading.Thread(target=drip)
            thread.start()
            begun = time.monotonic()
            outcome = refused(deliver(mail(held.getsockname()[1]), limits=QUICK))
            ended.set()
            thread.join()
        assert outcome.code == "place_unreachable"
        assert time.monotonic() - begun < 10


def test_doctor_greets_a_mail_server_and_signs_in_without_a_mail(secrets: Secrets, tmp_path: Path) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with mail_server(ca) as (box, port):
        known: dict[str, Any] = {"user": "lifecycle", "ca_file": tmp_path / "ca.pem"}
        right = mail(port, MailSecurity.STARTTLS, password=secrets("right", "canary-password"), **known)
        wrong = mail(port, MailSecurity.STARTTLS, password=secrets("wrong", "canary-wrong"), **known)
        findings = [*ConfiguredPlaces([right, wrong], None, QUICK).examine()]
        assert box.signed_in == []
    with mail_server() as (box, port):
        findings += ConfiguredPlaces([mail(port), mail(_free_port())], None, QUICK).examine()
        assert box.mails == []
    assert [finding.is_fine for finding in findings] == [True, False, True, False]
    said = [finding.sentence for finding in findings]
    assert "its certificate is trusted, and it takes our name and password. Nothing was sent" in said[0]
    assert said[1] == "mail does not take our name and password (535)."
    assert "canary" not in "".join(said)

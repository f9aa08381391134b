"""Sending a mail by SMTP: over verified TLS, or to this machine only, and for so many seconds and no longer.

The standard library's client waits a while for each answer, and somebody who answers letter by letter could hold it
for ever: a watch closes the connection when the time is over.
"""

import smtplib
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from threading import Timer
from typing import TYPE_CHECKING, Final

from axure_lifecycle.domain.places import Delivered, Delivery, MailPlace, MailSecurity, NotDelivered, Unclear
from axure_lifecycle.domain.reminding import Message
from axure_lifecycle.domain.text import shown
from axure_lifecycle.notices.forms import LONGEST, Console, plain
from axure_lifecycle.notices.wire import Limits, trusting

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def recipient_of(place: MailPlace, message: Message) -> str | None:
    """The address that a message goes to; None where there is none."""
    return message.recipient if "@" in message.recipient else place.fallback


def write_mail(
    place: MailPlace, to: str, message: Message, console: Console, *, key: str, at: datetime
) -> EmailMessage:
    """The mail; its headers hold no line's end and no control character, whoever wrote the text."""
    mail = EmailMessage()
    mail["Subject"] = shown(message.headline, LONGEST)
    mail["From"] = shown(place.sender, 320)
    mail["To"] = shown(to, 320)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{key}@{place.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office notes in return
    mail.set_content(plain(message, console))
    return mail


def send_mail(place: MailPlace, to: str, mail: EmailMessage, password: str | None, limits: Limits) -> Delivery:
    """One try. The server's 250 after the text means that it has it."""
    watch = _Watch(limits.whole)
    try:
        with _signed_in(place, password, limits, watch) as server:
            server.send_message(mail, from_addr=place.sender, to_addrs=[to])
    except _TROUBLES as error:
        if _is_lost(error) and watch.server is not None and watch.server.has_said_all:
            return Unclear("place_silent", f"{place.name} took the text of a mail and did not say that it has it.")
        return _refusal(place.name, error)
    return Delivered()


def greet(place: MailPlace, password: str | None, limits: Limits) -> NotDelivered | None:
    """Come as if to send something, sign in and go: what stands in the way, and None where nothing does."""
    try:
        with _signed_in(place, password, limits, _Watch(limits.whole)) as server:
            server.noop()
    except _TROUBLES as error:
        return _refusal(place.name, error)
    return None


_TROUBLES: Final = (smtplib.SMTPException, OSError, ValueError)
"""`ValueError`: the watch took the socket away in the middle of a word."""


def _is_lost(error: Exception) -> bool:
    """Whether it leaves open if a text arrived; an answer of the server does not."""
    return isinstance(error, smtplib.SMTPServerDisconnected) or not isinstance(error, smtplib.SMTPException)


def _refusal(name: str, error: Exception) -> NotDelivered:
    """What stood in the way, in a sentence; never what the server said, which may repeat us."""
    match error:
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return NotDelivered("place_sign_in_refused", f"{name} does not take our name and password ({code}).")
        case smtplib.SMTPNotSupportedError():
            said = f"{name} offers no STARTTLS or no sign-in; nothing was sent without it."
            return NotDelivered("place_not_private", said)
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            code = next((code for code, _ in recipients.values()), 0)
            return NotDelivered("place_refuses", f"{name} does not take mail for its recipient ({code}).")
        case smtplib.SMTPConnectError():
            return NotDelivered("place_unreachable", f"{name} does not greet as a mail server does.")
        case smtplib.SMTPResponseException(smtp_code=code):
            kind = "place_in_trouble" if 400 <= code < 500 else "place_refuses"
            return NotDelivered(kind, f"{name} answers with {code}.")
        case ssl.SSLCertVerificationError():
            why = error.verify_message or "it cannot be verified"
            said = f"{name} shows a certificate that is not trusted: {why}. Nothing was sent."
            return NotDelivered("place_certificate_untrusted", said)
        case _:
            return NotDelivered("place_unreachable", f"{name} cannot be reached, or broke the connection off.")


@contextmanager
def _signed_in(
    place: MailPlace, password: str | None, limits: Limits, watch: "_Watch"
) -> Generator[smtplib.SMTP, None, None]:
    with _connected(place, limits, watch) as server:
        if place.user is not None and password is not None:
            server.login(place.user, password)
        yield server


@contextmanager
def _connected(place: MailPlace, limits: Limits, watch: "_Watch") -> Generator[smtplib.SMTP, None, None]:
    context = None if place.security is MailSecurity.NONE else trusting(place.ca_file)
    with watch:
        server = (
            _TlsServer(watch, place, limits, context)
            if place.security is MailSecurity.TLS
            else _Server(watch, place, limits)
        )
        try:
            if place.security is MailSecurity.STARTTLS:
                server.starttls(context=context)
            yield server
        finally:
            server.close()


class _Watch:
    """Closes a connection under the client's hands when the time is over: it ends with an error instead of waiting."""

    def __init__(self, seconds: float) -> None:
        self.server: _Server | _TlsServer | None = None
        self._timer = Timer(seconds, self._hang_up)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _hang_up(self) -> None:
        found = None if self.server is None else self.server.sock
        if found is not None:
            try:
                socket.socket.shutdown(found, socket.SHUT_RDWR)
            except OSError:
                return


class _Saying(smtplib.SMTP):
    """Notes when a mail's whole text is on its way: before its end no server takes it for one (RFC 5321, 4.1.1.4)."""

    has_said_all = False

    def send(self, s: "ReadableBuffer | str") -> None:  # as smtplib calls it
        """Send; only the text of a mail ends with a line that is one point."""
        self.has_said_all |= not isinstance(s, str) and bytes(s).endswith(b"\r\n.\r\n")
        super().send(s)


class _Server(_Saying):
    """Connects when it is made, watched from before the first letter."""

    def __init__(self, watch: _Watch, place: MailPlace, limits: Limits) -> None:
        watch.server = self
        super().__init__(place.host, place.port, timeout=limits.connecting)


class _TlsServer(_Saying, smtplib.SMTP_SSL):
    """The same over TLS."""

    def __init__(self, watch: _Watch, place: MailPlace, limits: Limits, context: ssl.SSLContext | None) -> None:
        watch.server = self
        super().__init__(place.host, place.port, timeout=limits.connecting, context=context)

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

from axure_lifecycle.domain.places import Delivered, Delivery, MailPlace, MailSecurity, NotDelivered
from axure_lifecycle.domain.reminding import Message
from axure_lifecycle.domain.text import shown
from axure_lifecycle.notices.forms import LONGEST, Console, plain
from axure_lifecycle.notices.wire import Limits, trusting


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
    name = place.name
    try:
        with _connected(place, limits) as server:
            if place.user is not None and password is not None:
                server.login(place.user, password)
            server.send_message(mail, from_addr=place.sender, to_addrs=[to])
    except smtplib.SMTPAuthenticationError as error:
        return NotDelivered("place_sign_in_refused", f"{name} does not take our name and password ({error.smtp_code}).")
    except smtplib.SMTPNotSupportedError:
        said = f"{name} offers no STARTTLS or no sign-in; nothing was sent without it."
        return NotDelivered("place_not_private", said)
    except smtplib.SMTPRecipientsRefused as error:
        code = next((code for code, _ in error.recipients.values()), 0)
        return NotDelivered("place_refuses", f"{name} does not take mail for its recipient ({code}).")
    except smtplib.SMTPConnectError:
        return NotDelivered("place_unreachable", f"{name} does not greet as a mail server does.")
    except smtplib.SMTPResponseException as error:
        kind = "place_in_trouble" if 400 <= error.smtp_code < 500 else "place_refuses"
        return NotDelivered(kind, f"{name} answers with {error.smtp_code}.")
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message or "it cannot be verified"
        said = f"{name} shows a certificate that is not trusted: {why}. Nothing was sent."
        return NotDelivered("place_certificate_untrusted", said)
    except (smtplib.SMTPException, OSError, ValueError):
        # ValueError: the watch took the socket away in the middle of a word.
        return NotDelivered("place_unreachable", f"{name} cannot be reached, or broke the connection off.")
    return Delivered()


@contextmanager
def _connected(place: MailPlace, limits: Limits) -> Generator[smtplib.SMTP, None, None]:
    context = None if place.security is MailSecurity.NONE else trusting(place.ca_file)
    with _Watch(limits.whole) as watch:
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
        self.server: smtplib.SMTP | None = None
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


class _Server(smtplib.SMTP):
    """Connects when it is made, watched from before the first letter."""

    def __init__(self, watch: _Watch, place: MailPlace, limits: Limits) -> None:
        watch.server = self
        super().__init__(place.host, place.port, timeout=limits.connecting)


class _TlsServer(smtplib.SMTP_SSL):
    """The same over TLS."""

    def __init__(self, watch: _Watch, place: MailPlace, limits: Limits, context: ssl.SSLContext | None) -> None:
        watch.server = self
        super().__init__(place.host, place.port, timeout=limits.connecting, context=context)

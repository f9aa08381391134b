"""One connection to an LDAP server: TLS that is verified, one sign-in, and searches page by page.

The messages are sansldap's, the bytes go through anyio and Python's `ssl`, so that every wait has an end and can be
cancelled, and a certificate that is refused says why. Referrals are never followed. What is refused holds no secret.

Sources: RFC 4511; RFC 4513, 3.1 (StartTLS; nothing that came before TLS is believed); RFC 2696 (paged results).
"""

import socket
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final, NamedTuple, TypeVar
from urllib.parse import urlsplit

import anyio
import sansldap
from anyio.abc import ByteStream
from anyio.streams.tls import TLSStream
from sansldap import asn1

from axure_lifecycle.directories import refusals
from axure_lifecycle.directories.ldap.refusals import Code, read_refusal, sign_in_refusal
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.redaction import redact
from axure_lifecycle.directories.trust import certificate_error, trusting
from axure_lifecycle.domain.directories import LdapSettings

PAGE: Final = 500
"""Entries; Active Directory gives at most 1,000 at once, OpenLDAP by default 500."""
LARGEST_MESSAGE: Final = 16 << 20
"""Bytes of one entry."""
_CHUNK: Final = 1 << 18
_MOST_EMPTY: Final = 1000
"""Pages in a row without anybody; Active Directory gives some while it looks for who matches."""
_PORT: Final = 636
_START_TLS_PORT: Final = 389
_GONE: Final = (OSError, UnicodeError, anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError)

Outcome = TypeVar("Outcome")


class Entry(NamedTuple):
    """One object, as far as it was asked for and may be seen."""

    dn: str
    values: Mapping[str, Sequence[bytes]]
    """By the attribute's name in lower case, options such as `;range=0-1499` left out."""


class Answered(NamedTuple):
    """The end of one search."""

    code: int
    said: str
    """The server's own words, without any secret."""
    controls: Sequence[sansldap.LDAPControl]
    references: Sequence[str]
    """Addresses at which the server says that the search goes on."""


class Question(NamedTuple):
    """What is searched."""

    base: str
    people: sansldap.LDAPFilter
    attributes: Sequence[str]
    scope: sansldap.SearchScope = sansldap.SearchScope.SUBTREE


class Connection:
    """Open and signed in; made by `connect`. Every method raises the refusals of this room."""

    def __init__(self, settings: LdapSettings, password: str, pace: Pace) -> None:
        self._settings, self._password, self._pace = settings, password, pace
        self._host, self._port, self.place = _whereabouts(settings)
        self._begun = pace.runs_from()
        self._stream: ByteStream | None = None
        self._protocol = sansldap.LDAPClient()
        self._heard = self._unread = 0

    async def open(self) -> None:
        """Connect and agree on TLS; nothing secret was said before."""
        context = trusting(self._settings.name, self._settings.ca_file)
        stream: ByteStream = await self._within(
            self._pace.connecting, "to connect", lambda: anyio.connect_tcp(self._host, self._port)
        )
        self._stream = stream
        if self._settings.start_tls:
            await self._within(self._pace.answer, "for StartTLS", lambda: self._ask_for_tls(stream))
        # Samba ends a connection without a word in TLS; whether an answer is whole, LDAP itself tells.
        self._stream = await self._within(
            self._pace.connecting,
            "to agree on TLS",
            lambda: TLSStream.wrap(
                stream, server_side=False, hostname=self._host, ssl_context=context, standard_compatible=False
            ),
        )

    async def sign_in(self) -> None:
        """Bind by name and password."""
        self._protocol.bind_simple(self._settings.bind_as, self._password)
        message = await self._within(self._pace.answer, "for the sign-in", self._reply)
        if not isinstance(message, sansldap.BindResponse):
            raise self.strange("something else than the answer to a sign-in")
        code = _code(message.result)
        if code != Code.SUCCESS:
            said = self._tell(message.result.diagnostics_message)
            raise sign_in_refusal(self._settings.name, self.place, code, said)

    async def close(self) -> None:
        """Go, without waiting for anything."""
        if self._stream is not None:
            await anyio.aclose_forcefully(self._stream)

    async def search(
        self, question: Question, take: Callable[[Entry], None], controls: Iterable[sansldap.LDAPControl] = ()
    ) -> Answered:
        """One search to its end, whatever that is: the caller judges the code."""
        self._protocol.search_request(
            question.base,
            question.scope,
            sansldap.DereferencingPolicy.NEVER,
            filter=question.people,
            attributes=list(question.attributes),
            controls=list(controls),
        )
        return await self._within(self._pace.answer, "for one whole answer", lambda: self._hear_search(take))

    async def pages(self, question: Question, controls: Sequence[sansldap.LDAPControl] = ()) -> AsyncGenerator["Page"]:
        """The whole of a search, page by page. Raises `DirectoryIncomplete` for less than the whole."""
        cookie, empty = b"", 0
        while True:
            entries: list[Entry] = []
            paging = sansldap.PagedResultControl(critical=True, size=PAGE, cookie=cookie)
            answered = await self.search(question, entries.append, [paging, *controls])
            if answered.code != Code.SUCCESS:
                raise self.refusal(question.base, answered)
            told = [each for each in answered.controls if isinstance(each, sansldap.PagedResultControl)]
            if len(told) != 1:
                raise self.strange("a page that does not say whether another one follows")
            yield Page(entries, answered.references)
            cookie = told[0].cookie
            if not cookie:
                return
            empty = 0 if entries else empty + 1
            if empty > _MOST_EMPTY:
                raise self.strange("one empty page after the other")

    async def read_root(self, *attributes: str) -> Mapping[str, Sequence[bytes]]:
        """What the server says of itself (RFC 4512, 5.1)."""
        found: list[Entry] = []
        anything = sansldap.FilterPresent("objectClass")
        question = Question("", anything, attributes, sansldap.SearchScope.BASE)
        answered = await self.search(question, found.append)
        if answered.code != Code.SUCCESS or len(found) != 1:
            raise self.strange("nothing about itself")
        return found[0].values

    def refusal(self, base: str, answered: Answered) -> refusals.DirectoryRefusal:
        """For a search that did not succeed."""
        return read_refusal(self._settings.name, self.place, base, answered.code, answered.said)

    def strange(self, what: str) -> refusals.DirectoryAnswerStrange:
        """The refusal for something that the protocol does not know; `what` in our words."""
        return refusals.DirectoryAnswerStrange(self._settings.name, self.place, what)

    # --- what is heard ---

    async def _ask_for_tls(self, stream: ByteStream) -> None:
        """In the plain, with a session of its own: nothing that came before TLS is heard after it."""
        plain = sansldap.LDAPClient()
        plain.extended_request(sansldap.ExtendedOperations.LDAP_START_TLS.value)
        await stream.send(plain.data_to_send())
        heard = b""
        while not (rest := _behind_one_message(heard)).is_whole:
            if len(heard) > _CHUNK or rest.is_nonsense:
                raise self.strange("no LDAP in answer to StartTLS")
            heard += await stream.receive(_CHUNK)
        if rest.more:
            raise self.strange("words in the plain behind its answer to StartTLS")
        message = self._understand(plain, heard)[0]
        if not isinstance(message, sansldap.ExtendedResponse):
            raise self.strange("something else than the answer to StartTLS")
        code = _code(message.result)
        if code != Code.SUCCESS:
            raise self.strange(f"no StartTLS, LDAP result {code}")

    async def _reply(self) -> sansldap.LDAPMessage:
        """The one message that answers."""
        self._heard = 0
        while not (messages := await self._listen()):
            pass
        if len(messages) != 1:
            raise self.strange("more than one answer")
        return messages[0]

    async def _hear_search(self, take: Callable[[Entry], None]) -> Answered:
        self._heard = 0
        references: list[str] = []
        while True:
            messages = await self._listen()
            for at, message in enumerate(messages, 1):
                match message:
                    case sansldap.SearchResultEntry():
                        take(Entry(message.object_name, _by_name(message.attributes)))
                    case sansldap.SearchResultReference():
                        references += message.uris
                    case sansldap.SearchResultDone():
                        if at != len(messages):
                            raise self.strange("more behind the end of its answer")
                        result = message.result
                        said = self._tell(result.diagnostics_message)
                        return Answered(_code(result), said, message.controls, references)
                    case _:
                        raise self.strange("something else than the answer to a search")

    async def _listen(self) -> Sequence[sansldap.LDAPMessage]:
        """Say what is to be said, and hear what comes next: perhaps only a part of a message, hence none."""
        stream = self._stream
        assert stream is not None
        waiting = self._protocol.data_to_send()
        if waiting:
            await stream.send(waiting)
        heard = await self._within(self._pace.silence, "without a byte", lambda: stream.receive(_CHUNK))
        self._heard += len(heard)
        self._unread += len(heard)
        if self._heard > self._pace.largest_answer or self._unread > LARGEST_MESSAGE + _CHUNK:
            raise self.strange("it is larger than anything that was asked for")
        messages = self._understand(self._protocol, heard)
        if messages:
            self._unread = 0
        return messages

    def _understand(self, protocol: sansldap.LDAPClient, heard: bytes) -> Sequence[sansldap.LDAPMessage]:
        refusal: refusals.DirectoryRefusal
        try:
            return protocol.receive(heard)
        except sansldap.ProtocolError as error:
            if isinstance(error.request, sansldap.ExtendedResponse):  # the notice of disconnection (RFC 4511, 4.4.1)
                code = _code(error.request.result)
                why = f"ended the connection and says so (LDAP result {code})"
                refusal = refusals.DirectoryUnreachable(self._settings.name, self.place, why)
            else:
                refusal = self.strange("no LDAP")
        except (IndexError, OverflowError, RecursionError):  # lengths that lie, in sansldap's ASN.1
            refusal = self.strange("no LDAP")
        raise refusal

    def _tell(self, words: str) -> str:
        return redact(words, [self._password])

    # --- how long, and what breaks ---

    async def _within(self, limit: float, what: str, step: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """One step, in so many seconds at most, and never beyond the deadline of the whole read."""
        remaining = self._begun + self._pace.deadline - self._pace.now()
        refusal: refusals.DirectoryRefusal
        try:
            with anyio.move_on_after(max(min(limit, remaining), 0)):
                return await step()
        except _GONE as error:
            refusal = self._broken(error, what)
        else:
            refusal = (
                refusals.DirectoryDeadline(self._settings.name, self._pace.deadline)
                if remaining <= limit
                else refusals.DirectoryUnreachable(self._settings.name, self.place, f"let us wait too long {what}")
            )
        raise refusal

    def _broken(self, error: BaseException, what: str) -> refusals.DirectoryRefusal:
        name = self._settings.name
        if untrusted := certificate_error(error):
            why = untrusted.verify_message or "it cannot be verified"
            return refusals.DirectoryCertificateUntrusted(name, self.place, why)
        match error:
            case ssl.SSLError():
                why = f"cannot agree with us on TLS ({error.reason or 'no reason given'})"
            case socket.gaierror() | UnicodeError():
                why = "has no address that this machine can find"
            case anyio.EndOfStream() | anyio.BrokenResourceError() | ConnectionResetError():
                why = f"ended the connection while we waited {what}"
            case _ if isinstance(error.__cause__, ConnectionRefusedError):
                why = "refuses the connection"
            case _:
                why = "cannot be reached"
        return refusals.DirectoryUnreachable(name, self.place, why)


class Page(NamedTuple):
    """A part of a whole search."""

    entries: list[Entry]
    references: Sequence[str]


@asynccontextmanager
async def connect(settings: LdapSettings, password: str, pace: Pace) -> AsyncGenerator[Connection]:
    """A connection that is signed in, closed in the end; the deadline of the read runs from here."""
    connection = Connection(settings, password, pace)
    try:
        await connection.open()
        await connection.sign_in()
        yield connection
    finally:
        await connection.close()


class _Behind(NamedTuple):
    is_whole: bool
    is_nonsense: bool = False
    more: bytes = b""


def _behind_one_message(heard: bytes) -> _Behind:
    """What stands behind the first message."""
    reader = asn1.ASN1Reader(heard)
    try:
        reader.read_sequence()
    except asn1.NotEnougData:
        return _Behind(is_whole=False)
    except (ValueError, IndexError, OverflowError):
        return _Behind(is_whole=False, is_nonsense=True)
    return _Behind(is_whole=True, more=bytes(reader.get_remaining_data()))


def _code(result: sansldap.LDAPResult) -> int:
    """A code that sansldap does not know is an enum whose *number* is 0, which is success: only its value is true."""
    return int(result.result_code.value)


def _by_name(attributes: Iterable[sansldap.PartialAttribute]) -> Mapping[str, Sequence[bytes]]:
    found: dict[str, list[bytes]] = {}
    for attribute in attributes:
        found.setdefault(attribute.name.partition(";")[0].lower(), []).extend(attribute.values)
    return found


def _whereabouts(settings: LdapSettings) -> tuple[str, int, str]:
    """Host, port, and both as a sentence names them: the port only where it is not the usual one."""
    usual = _START_TLS_PORT if settings.start_tls else _PORT
    try:
        parts = urlsplit(f"//{settings.host}")
        host, port = parts.hostname or settings.host, parts.port or usual
    except ValueError:
        host, port = settings.host, usual
    return host, port, settings.host.lower()

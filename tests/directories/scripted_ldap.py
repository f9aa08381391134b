"""An LDAP server that says what a test tells it: for answers that no real one gives when asked to."""

import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress

import sansldap

from tests.directories.peers.certificates import Authority

Says = Callable[[sansldap.LDAPServer, sansldap.SearchRequest], None]
"""Answers one search, by the methods of sansldap's server."""


def done(
    server: sansldap.LDAPServer,
    asked: sansldap.SearchRequest,
    code: int = 0,
    said: str = "",
    cookie: bytes | None = b"",
) -> None:
    """The end of a search; no cookie at all means that the server does not page."""
    paging = [] if cookie is None else [sansldap.PagedResultControl(critical=False, size=0, cookie=cookie)]
    result = sansldap.LDAPResultCode(code)
    server.search_result_done(asked.message_id, result, diagnostics_message=said, controls=list(paging))


def person(server: sansldap.LDAPServer, asked: sansldap.SearchRequest, number: int = 1) -> None:
    """One person of OpenLDAP's kind."""
    given = {
        "entryUUID": f"00000000-0000-0000-0000-{number:012}".encode(),
        "mail": f"p{number}@acme.example".encode(),
        "cn": f"Person {number}".encode(),
    }
    attributes = [sansldap.PartialAttribute(name, [value]) for name, value in given.items()]
    server.search_result_entry(asked.message_id, f"uid=p{number},dc=acme,dc=example", attributes)


@contextmanager
def serve_ldap(
    authority: Authority,
    says: Says,
    *,
    spoil: Callable[[bytes], bytes] = bytes,
    bind: tuple[int, str] = (0, ""),
    in_the_plain: Sequence[bytes] | None = None,
) -> Generator[str]:
    """Host and port of a server on 127.0.0.1; `bind` is what it says to every sign-in.

    `spoil` changes the bytes of an answer to a search, after which it hangs up. `in_the_plain` instead: what it says
    to whoever connects, one piece for each that it is told, without any TLS.
    """
    shown = authority.issue("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown.certificate, shown.key)
    listener = socket.create_server(("127.0.0.1", 0))
    clients: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            clients.append(client)
            with suppress(OSError):
                if in_the_plain is not None:
                    _say(client, iter(in_the_plain))
                else:
                    with context.wrap_socket(client, server_side=True) as secure:
                        clients.append(secure)
                        _answer(secure, says, spoil, bind)
            client.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for client in clients:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        thread.join()


def _say(client: socket.socket, pieces: Iterator[bytes]) -> None:
    while client.recv(1 << 16):
        said = next(pieces, None)
        if said is None:
            return
        client.sendall(said)


def _answer(client: ssl.SSLSocket, says: Says, spoil: Callable[[bytes], bytes], bind: tuple[int, str]) -> None:
    server = sansldap.LDAPServer()
    while heard := client.recv(1 << 16):
        for message in server.receive(heard):
            if isinstance(message, sansldap.BindRequest):
                code = sansldap.LDAPResultCode(bind[0])
                server.bind_response(message.message_id, result_code=code, diagnostics_message=bind[1])
                client.sendall(server.data_to_send())
            elif isinstance(message, sansldap.SearchRequest):
                says(server, message)
                whole = server.data_to_send()
                said = spoil(whole)
                client.sendall(said)
                if said != whole:
                    return

"""The same pages of OpenLDAP by a bare loop of sansldap, which parses their entries: `plain_ldap NAME CREDENTIALS`."""

import json
import socket
import ssl
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import urlsplit

import sansldap

PAGE = 500
ASKED = (
    *("entryUUID", "mail", "mailLocalAddress", "mailAlternateAddress", "displayName", "cn"),
    *("pwdAccountLockedTime", "pwdEndTime"),
)


def walk(told: Mapping[str, str]) -> int:
    """How many entries came."""
    place = urlsplit(told["base"])
    context = ssl.create_default_context(cafile=told["ca_file"])
    assert place.hostname is not None
    with (
        socket.create_connection((place.hostname, place.port or 636)) as plain,
        context.wrap_socket(plain, server_hostname=place.hostname) as stream,
    ):
        client = sansldap.LDAPClient()

        def listen() -> Sequence[sansldap.LDAPMessage]:
            stream.sendall(client.data_to_send())
            return client.receive(stream.recv(1 << 18))

        client.bind_simple(told["reader"], told["password"])
        while not listen():
            pass
        count, cookie = 0, b""
        while True:
            client.search_request(
                told["people_below"],
                sansldap.SearchScope.SUBTREE,
                sansldap.DereferencingPolicy.NEVER,
                filter=sansldap.LDAPFilter.from_string("(objectClass=inetOrgPerson)"),
                attributes=list(ASKED),
                controls=[sansldap.PagedResultControl(critical=True, size=PAGE, cookie=cookie)],
            )
            is_over = False
            while not is_over:
                for message in listen():
                    match message:
                        case sansldap.SearchResultEntry():
                            count += 1
                        case sansldap.SearchResultDone():
                            is_over = True
                            told_back = [
                                one for one in message.controls if isinstance(one, sansldap.PagedResultControl)
                            ]
                            cookie = told_back[0].cookie
                        case _:
                            raise AssertionError(message)
            if not cookie:
                return count


if __name__ == "__main__":
    credentials = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    begun, used = perf_counter(), process_time()
    count = walk(credentials)
    print(json.dumps({"seconds": perf_counter() - begun, "processor": process_time() - used, "outcome": count}))

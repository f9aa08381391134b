"""An OpenLDAP server with so many people, until its input ends: `serve_openldap PEOPLE FOLDER`.

It writes one line of JSON, as the other children take it: where it is, whose certificate it shows, and who reads.
"""

import json
import sys
from pathlib import Path

from tests.directories.peers.certificates import Authority
from tests.directories.peers.openldap import PEOPLE, READER, READER_PASSWORD, run_openldap


def serve(people: int, folder: Path) -> None:
    """Tell of the server, and wait for the end."""
    authority = Authority(folder / "authority")
    with run_openldap(folder / "server", authority, people=people) as server:
        told = {
            "base": server.tls_url,
            "people_below": PEOPLE,
            "reader": READER,
            "password": READER_PASSWORD,
            "ca_file": str(authority.file),
        }
        print(json.dumps(told), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))

"""Vendors served on this machine, over TLS, on free ports of the loopback.

`serve` runs a vendor in a thread of the test, so that the test can change its organisation and read its record.
`serve_apart` runs one in a process of its own, for measurements: there it takes no time from the reader's interpreter.

    with serve(OktaVendor(make_organisation(1000))) as served:
        httpx.get(f"{served.base}/api/v1/users", verify=served.context(), …)
"""

import argparse
import asyncio
import functools
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

import trustme
import uvicorn

from tests.directories.vendors.delivery import Reachable
from tests.directories.vendors.people import make_organisation
from tests.directories.vendors.vendor import Vendor

ROOT: Final = Path(__file__).resolve().parents[3]
AnyVendor = TypeVar("AnyVendor", bound=Vendor)
ServedVendor_co = TypeVar("ServedVendor_co", bound=Vendor, covariant=True)


@dataclass(frozen=True, slots=True)
class Served(Generic[ServedVendor_co]):
    """A vendor at an address; `ca_file` holds the authority that signed its certificate, PEM."""

    vendor: ServedVendor_co
    base: str
    ca_file: Path

    def context(self) -> ssl.SSLContext:
        """A TLS context that trusts this vendor and nobody else."""
        return ssl.create_default_context(cafile=str(self.ca_file))


class AnnouncedServer(uvicorn.Server):
    """A server that tells when it listens, and ends when it is told, without looking at a clock."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = threading.Event()
        self._ending: Callable[[], object] | None = None

    async def main_loop(self) -> None:
        """Tell that it listens, and wait for the end."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._ending = lambda: loop.call_soon_threadsafe(ended.set)
        self.listens.set()
        await ended.wait()

    def end(self) -> None:
        """End the server, from another thread."""
        self.should_exit = True
        if self._ending is not None:
            self._ending()


@functools.cache
def authority() -> trustme.CA:
    """The authority of this process."""
    return trustme.CA()


@contextmanager
def serve(vendor: AnyVendor, *, trusted: bool = True) -> Generator[Served[AnyVendor]]:
    """Serve a vendor until the block ends.

    With `trusted=False` its certificate is signed by an authority other than the one in `ca_file`.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="axure-lifecycle-vendor-")))
        ca_file = folder / "authority.pem"
        authority().cert_pem.write_to_path(str(ca_file))
        signer = authority() if trusted else trustme.CA()
        certificate = folder / "server.pem"
        signer.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
        ours, theirs = (stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2))
        vendor.base = f"https://localhost:{ours.getsockname()[1]}"
        vendor.elsewhere = f"https://localhost:{theirs.getsockname()[1]}"
        config = uvicorn.Config(
            vendor,
            http=Reachable,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            date_header=False,
            server_header=False,
            ssl_certfile=str(certificate),
            timeout_graceful_shutdown=1,
        )
        server = AnnouncedServer(config)
        thread = threading.Thread(target=server.run, args=([ours, theirs],), name=f"{vendor.name} vendor")
        thread.start()
        try:
            assert server.listens.wait(30), "the vendor did not start"
            yield Served(vendor, vendor.base, ca_file)
        finally:
            server.end()
            thread.join()


@dataclass(frozen=True, slots=True)
class Apart:
    """A vendor in a process of its own: its address, the authority's file, and the credentials it takes."""

    base: str
    ca_file: Path
    credentials: Mapping[str, str]


@contextmanager
def serve_apart(name: str, people: int, *, seed: int | None = None) -> Generator[Apart]:
    """Serve `okta`, `entra` or `google` with generated people from another process until the block ends.

    Every page is rendered before the address is known.
    """
    command = [sys.executable, "-m", "tests.directories.vendors.serving", name, str(people)]
    if seed is not None:
        command += ["--seed", str(seed)]
    with subprocess.Popen(
        command, cwd=ROOT, env=dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line, "the vendor's process did not start"
        told: dict[str, str] = json.loads(line)
        try:
            yield Apart(told.pop("base"), Path(told.pop("ca_file")), told)
        finally:
            child.stdin.close()  # the process ends when its input does


def main() -> None:
    from tests.directories.vendors.entra import EntraVendor
    from tests.directories.vendors.google import GoogleVendor
    from tests.directories.vendors.okta import OktaVendor

    parser = argparse.ArgumentParser(description="Serve one vendor until standard input ends.")
    parser.add_argument("name", choices=("okta", "entra", "google"))
    parser.add_argument("people", type=int)
    parser.add_argument("--seed", type=int)
    arguments = parser.parse_args()
    kinds: Mapping[str, type[OktaVendor | EntraVendor | GoogleVendor]] = {
        "okta": OktaVendor,
        "entra": EntraVendor,
        "google": GoogleVendor,
    }
    vendor = kinds[arguments.name](make_organisation(arguments.people, seed=arguments.seed))
    with serve(vendor) as served:
        vendor.render_all()
        print(json.dumps({"base": served.base, "ca_file": str(served.ca_file), **vendor.credentials()}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()

"""Real directories on the loopback, where this machine has their programs."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import lacks
from tests.directories.peers import openldap as openldaps
from tests.directories.peers import samba
from tests.directories.peers.certificates import Authority
from tests.directories.peers.openldap import OpenLdap
from tests.directories.peers.samba import DomainController

StartOpenLdap = Callable[..., OpenLdap]
"""Takes what `run_openldap` takes by name."""
StartDomainController = Callable[..., DomainController]
"""Takes what `run_domain_controller` takes by name."""


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who issued the servers' certificates."""
    return Authority(tmp_path_factory.mktemp("certificates") / "authority")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that issued no server's certificate."""
    return Authority(tmp_path_factory.mktemp("certificates") / "stranger")


@pytest.fixture(scope="session")
def has_openldap() -> None:
    """Skips where there is no OpenLDAP server."""
    if missing := openldaps.find_missing():
        lacks(missing)


@pytest.fixture
def start_openldap(has_openldap: None, tmp_path: Path, authority: Authority) -> Iterator[StartOpenLdap]:
    """Starts OpenLDAP servers of this test alone: a quarter of a second each."""
    with ExitStack() as running:

        def start(**options: object) -> OpenLdap:
            folder = tmp_path / f"openldap{len(list(tmp_path.iterdir()))}"
            return running.enter_context(openldaps.run_openldap(folder, authority, **options))  # type: ignore[arg-type]

        yield start


@pytest.fixture(scope="module")
def openldap(has_openldap: None, tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[OpenLdap]:
    """An OpenLDAP server with 1,200 people, p00000 to p01199, which the tests of a file share: change only your own."""
    folder = tmp_path_factory.mktemp("openldap") / "server"
    with openldaps.run_openldap(folder, authority, people=1_200) as server:
        yield server


@pytest.fixture(scope="session")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A provisioned domain to copy, made once for all the processes of a run: 6 s of a processor."""
    if missing := samba.find_missing():
        lacks(missing)
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent
    made = place / "domain"
    with (place / "domain.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_dir():
            samba.provision(place / "unfinished").rename(made)
    return made


@pytest.fixture
def start_domain_controller(domain: Path, tmp_path: Path, authority: Authority) -> Iterator[StartDomainController]:
    """Starts domain controllers of this test alone: a second each, and 2 ms for each of its people."""
    with ExitStack() as running:

        def start(**options: object) -> DomainController:
            folder = tmp_path / f"samba{len(list(tmp_path.iterdir()))}"
            started = samba.run_domain_controller(folder, domain, authority, **options)  # type: ignore[arg-type]
            return running.enter_context(started)

        yield start


@pytest.fixture(scope="module")
def domain_controller(
    domain: Path, tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> Iterator[DomainController]:
    """A domain controller with 120 people, p00000 to p00119, which the tests of a file share: change only your own."""
    folder = tmp_path_factory.mktemp("samba") / "controller"
    with samba.run_domain_controller(folder, domain, authority, people=120) as controller:
        yield controller

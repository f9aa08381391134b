"""Only one at a time on a store: a lease that says who works, and that ends by itself when they are killed.

Whoever holds it is a machine's name, a process, a place and a number drawn anew for each holding. The place says where
the number of a process means that process: two containers may share a name, and each has a process 1 of its own.
"""

import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from axure_lifecycle.domain.passing import PassLost, PassUnderWay
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wording import at

LEASE_LASTS: Final = timedelta(minutes=10)
_BEATS: Final = 60.0
"""Seconds between two signs that the work goes on."""


@contextmanager
def alone(desk: Desk, lease: str, *, is_needed: bool = True) -> Generator[Callable[[], None], None, None]:
    """A lease, with a sign of life every minute; what is given out raises `PassLost` once it is lost.

    Raises `PassUnderWay` where somebody else has it.
    """
    if not is_needed:
        yield lambda: None
        return
    started, holder = time.monotonic(), name_holder()
    ended, lost = threading.Event(), threading.Event()

    def until() -> datetime:
        return desk.now + timedelta(seconds=time.monotonic() - started) + LEASE_LASTS

    def beat() -> None:
        while not ended.wait(_BEATS):
            with desk.store.writing(desk.actor) as change:
                if change.take_lease(lease, holder, until()).holder != holder:
                    lost.set()
                    return

    def check() -> None:
        if lost.is_set():
            raise PassLost
        with desk.store.writing(desk.actor) as change:
            if change.take_lease(lease, holder, until()).holder != holder:
                raise PassLost

    with desk.store.writing(desk.actor) as change:
        found = change.take_lease(lease, holder, until())
        if found.holder != holder and _is_dead(found.holder):
            found = change.take_lease(lease, holder, until(), is_dead=True)
    if found.holder != holder:
        machine, _, rest = found.holder.partition("/")
        raise PassUnderWay(
            f"{machine}, process {rest.partition('/')[0]}", at(found.taken_at, desk.organization.time_zone)
        )
    heart = threading.Thread(target=beat, name=f"{lease}-lease", daemon=True)
    heart.start()
    try:
        yield check
    finally:
        ended.set()
        heart.join()
        with desk.store.writing(desk.actor) as change:
            change.end_lease(lease, holder)


def name_holder() -> str:
    """Whoever works in this process from now on; no two holdings have the same name."""
    return f"{socket.gethostname()}/{os.getpid()}/{tell_place()}/{secrets.token_hex(8)}"


@cache
def tell_place() -> str:
    """Where a process has its number: this start of the machine, and on Linux the namespace as well."""
    if not sys.platform.startswith("linux"):
        return sys.platform
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot}:{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return secrets.token_hex(8)  # nobody else is there, as far as anybody can tell


def _is_dead(holder: str) -> bool:
    """Whether a holder in this place is surely gone; of another place nobody knows."""
    machine, number, place, *_ = (*holder.split("/"), "", "")
    is_here = (machine, place) == (socket.gethostname(), tell_place())
    if not is_here or os.name != "posix" or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False

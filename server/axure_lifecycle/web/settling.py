"""Settling in the background what identity providers push: every worker looks, one of them works.

An identity provider never waits for it, and hears nothing of it. What fails is tried again at the next look.
"""

import threading
from typing import Final

import anyio
import anyio.to_thread

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.passing import PassUnderWay
from axure_lifecycle.web.house import House
from axure_lifecycle.web.speaking import say

SETTLER: Final = "axure-lifecycle serve"
"""The client's name of whatever the server does by itself."""
LEASE: Final = "settling"
LOOKS_EVERY: Final = 5.0
"""Seconds between two looks of a worker: one indexed read each while nothing is to be settled."""


class Ended(Exception):
    """The server was told to stop; what was settled stands, and the next one goes on."""


class Settler:
    """Looks whether something is to be settled, until it is told to stop."""

    def __init__(self, house: House, looks_every: float = LOOKS_EVERY) -> None:
        self._house, self._looks_every = house, looks_every
        self._stopped = threading.Event()

    async def run(self) -> None:
        """Look, again and again; ends soon after `stop`, with the transaction that is under way."""
        while not self._stopped.is_set():
            await anyio.to_thread.run_sync(self.settle)
            with anyio.move_on_after(self._looks_every):
                await anyio.to_thread.run_sync(self._stopped.wait, abandon_on_cancel=True)

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopped.set()

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise Ended

    def settle(self) -> None:
        """One look."""
        from axure_lifecycle_tools.alone import alone
        from axure_lifecycle_tools.passing import tell_held_back
        from axure_lifecycle_tools.sending import flush
        from axure_lifecycle_tools.wanting import is_something_due, settle_wanted

        try:
            desk = self._house.workshop.desk(Channel.UNATTENDED, SETTLER)
            if not is_something_due(desk):
                return
            with alone(desk, LEASE) as keep:

                def check() -> None:
                    self._go_on()
                    keep()

                done = settle_wanted(desk, again=False, check=check)
            told = tell_held_back(desk, done)
            if told:
                flush(desk, 0.0)
            say(
                "settled",
                asked_for_nothing=done.quiet,
                opened=len(done.opened),
                cancelled=len(done.cancelled),
                told=told,
            )
        except (PassUnderWay, Ended):
            return  # Another worker is at it, or the next process goes on.
        except LifecycleError as refusal:
            say("settling_failed", code=refusal.code)

"""An issuer that is slow, silent or gone: whose key is known waits for nobody, and a key that was taken away is out."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from axure_lifecycle.web.issuer_keys import FRESH_SECONDS, MOST_WAITING, IssuerKeys
from tests.web.issuing import strange_key


class Quiet:
    """An issuer that says nothing while it is told to."""

    def __init__(self) -> None:
        self.url = ""
        self.keys: list[Any] = [strange_key()]
        self.asked = 0
        """How often for its keys, answered or not."""
        self.speaks = asyncio.Event()
        self.speaks.set()
        self.answering: set[asyncio.Task[None]] = set()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, then the connection ends."""
        if (task := asyncio.current_task()) is not None:
            self.answering.add(task)
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        self.asked += path.endswith("openid-configuration")
        await self.speaks.wait()
        found = {"keys": [key.as_dict(private=False) for key in self.keys]}
        told = found if path == "/keys" else {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        body = json.dumps(told).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()


class Clock:
    """The machine's, set forward."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@asynccontextmanager
async def quiet_issuer() -> AsyncGenerator[tuple[Quiet, IssuerKeys, Clock]]:
    """The issuer, and who asks it for its keys."""
    issuer, clock = Quiet(), Clock()
    server = await asyncio.start_server(issuer.answer, "127.0.0.1", 0)
    issuer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield issuer, IssuerKeys(issuer.url, seconds=clock), clock
    finally:
        issuer.speaks.set()
        server.close()
        await asyncio.gather(*issuer.answering, return_exceptions=True)


def test_an_issuer_that_says_nothing_keeps_nobody_waiting_whose_key_is_known() -> None:
    async def come() -> None:
        async with quiet_issuer() as (issuer, keys, clock):
            known, new = issuer.keys[0].kid, strange_key()
            assert await keys.key(known) is not None
            issuer.speaks.clear()
            clock.ahead = FRESH_SECONDS + 1
            for _ in range(2):
                begun = time.monotonic()
                found = await asyncio.gather(*(keys.key(known) for _ in range(50)))
                assert time.monotonic() - begun < 1
                assert None not in found
            assert issuer.asked == 2, "one question is on its way, whoever comes"
            strangers = [asyncio.create_task(keys.key(f"made-up-{number}")) for number in range(MOST_WAITING)]
            await asyncio.sleep(0)
            assert await keys.key("one more") is None
            assert await keys.key(known) is not None
            issuer.keys[:] = [new]
            issuer.speaks.set()
            assert set(await asyncio.gather(*strangers)) == {None}
            assert await keys.key(new.kid) is not None
            assert await keys.key(known) is None, "it was taken away"
            assert issuer.asked <= 4, "made-up keys cost one question in all"

    asyncio.run(come())


def test_a_key_that_was_taken_away_is_out_after_five_minutes_where_the_issuer_answers() -> None:
    async def come() -> None:
        async with quiet_issuer() as (issuer, keys, clock):
            known = issuer.keys[0].kid
            assert await keys.key(known) is not None
            issuer.keys[:] = [strange_key()]
            assert await keys.key(known) is not None
            clock.ahead = FRESH_SECONDS + 1
            assert await keys.key(known) is None

    asyncio.run(come())

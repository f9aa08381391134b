"""What was sent within a session is given back within it, in its order, and never within another one."""

import anyio
from mcp.server.streamable_http import EventMessage
from mcp.types import JSONRPCMessage, JSONRPCNotification

from axure_lifecycle.mcp_server.kept_events import KeptEvents, within


def said(method: str) -> JSONRPCMessage:
    """A message."""
    return JSONRPCNotification(jsonrpc="2.0", method=method)


class Heard:
    """What comes back to somebody who lost their connection."""

    def __init__(self) -> None:
        self.methods: list[str] = []

    async def __call__(self, event: EventMessage) -> None:
        assert isinstance(event.message, JSONRPCNotification)
        self.methods.append(event.message.method)


def test_a_stream_goes_on_where_it_broke_off_and_only_in_its_own_session() -> None:
    async def talk() -> None:
        kept = KeptEvents()
        with within("ana's"):
            begun = await kept.store_event("1", None)
            await kept.store_event("1", said("first"))
            await kept.store_event("2", said("of another call"))
        with within("ben's"):
            theirs = await kept.store_event("1", said("ben's"))
            assert await kept.replay_events_after(begun, Heard()) is None
            assert await kept.replay_events_after("made up", Heard()) is None
        with within("ana's"):
            last = await kept.store_event("1", said("second"))
            heard = Heard()
            assert await kept.replay_events_after(begun, heard) == "1"
            assert heard.methods == ["first", "second"]
            assert await kept.replay_events_after(theirs, Heard()) is None
            nothing = Heard()
            assert await kept.replay_events_after(last, nothing) == "1"
            assert nothing.methods == []

    anyio.run(talk)


def test_only_the_newest_are_kept() -> None:
    async def talk() -> None:
        kept = KeptEvents(most_bytes=2_000)
        names = [await kept.store_event("1", said(f"m{number}")) for number in range(20)]
        assert await kept.replay_events_after(names[0], Heard()) is None
        heard = Heard()
        assert await kept.replay_events_after(names[-3], heard) == "1"
        assert heard.methods == ["m18", "m19"]

    anyio.run(talk)

"""A place of each kind that a pass tells things, with somebody behind it who behaves as they are told."""

import random
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from tests.notices.receivers import Answer, Behaviour, Call, Drip, Drop, Receiver, nobody_there, receiving
from tests.notices.test_mail import HANGS_UP, HANGS_UP_AT_ONCE, SAYS_NOTHING, Box, mail_server

SEEN_AFTER_THAT = (Answer(200), Drop(), Drip(), "250 OK", HANGS_UP, SAYS_NOTHING)
"""After which a person may have a message before them, whatever we heard."""


class Told(NamedTuple):
    """One message, as somebody finds it."""

    headline: str
    text: str
    id: str
    """By which a machine knows it again; empty where only people look."""

    @property
    def recipient(self) -> str:
        """For whom it is: the last word of a digest's headline."""
        return self.headline.rpartition(" ")[2]


class Stand(Protocol):
    """Whoever is behind a place."""

    kind: str

    def settings(self, folder: Path) -> str:
        """Its table of the configuration."""
        ...

    def arrived(self) -> list[Told]:
        """Every message whose whole text came, in order, whatever was answered."""
        ...

    def taken(self) -> list[Told]:
        """Those which it said it has."""
        ...

    def is_slow(self, *, always: bool) -> None:
        """From now on it takes everything and answers nothing; or no more."""
        ...

    def leave(self, folder: Path) -> None:
        """Nobody is there for the next try."""
        ...

    def come_back(self, folder: Path) -> None:
        """Somebody is there again."""
        ...

    def draw(self, chance: random.Random, count: int) -> Sequence[object]:
        """What it does with the next tries, drawn by chance; those at which a text arrives."""
        ...

    def take_all(self) -> None:
        """From now on it takes everything."""
        ...


@dataclass
class Hook:
    """A webhook of a kind."""

    kind: str
    receiver: Receiver

    def settings(self, folder: Path) -> str:
        """Its table."""
        self.come_back(folder)
        more = ""
        if self.kind == "webhook":
            keep(folder / "signing", "0123456789abcdef" * 2)
            more = f'secret = "file:{folder / "signing"}"\ntakes = ["digests", "escalations"]\n'
        return f'[[notices]]\nname = "{self.kind}"\nkind = "{self.kind}"\nurl = "file:{folder / self.kind}"\n{more}'

    def arrived(self) -> list[Told]:
        """Every call."""
        return [self._read(call) for call in self.receiver.calls]

    def taken(self) -> list[Told]:
        """Every call that was answered with a yes."""
        return [self._read(call) for call in self.receiver.taken]

    def _read(self, call: Call) -> Told:
        body: Any = call.json
        match self.kind:
            case "slack":
                headline = body["text"]
            case "teams":
                headline = body["attachments"][0]["content"]["body"][0]["inlines"][0]["text"]
            case _:
                headline = body["data"]["headline"]
        return Told(headline, call.body.decode(), call.headers.get("webhook-id", ""))

    def is_slow(self, *, always: bool) -> None:
        """Drip, or no more."""
        self.receiver.always = Drip() if always else None

    def leave(self, folder: Path) -> None:
        """Nobody listens."""
        keep(folder / self.kind, nobody_there())

    def come_back(self, folder: Path) -> None:
        """Its own address."""
        keep(folder / self.kind, f"{self.receiver.base}/hook")

    def take_all(self) -> None:
        """As receivers do."""
        self.receiver.next = []

    def draw(self, chance: random.Random, count: int) -> Sequence[object]:
        """Up, in trouble, throttled, gone in the middle, slow."""
        kinds: tuple[Behaviour, ...] = (
            *(Answer(200), Answer(500), Answer(503), Answer(429, (("retry-after", "5"),)), Drop()) * 2,
            Drip(),
        )
        self.receiver.next = chance.choices(kinds, k=count)
        return [*self.receiver.next]


@dataclass
class Mail:
    """A mail server."""

    box: Box
    port: int
    kind: str = "email"

    def settings(self, folder: Path) -> str:
        """Its table."""
        del folder
        return (
            f'[[notices]]\nname = "email"\nkind = "email"\nhost = "localhost"\nport = {self.port}\nsecurity = "none"\n'
            'sender = "lifecycle@acme.example"\n'
        )

    def arrived(self) -> list[Told]:
        """Every text."""
        return [self._read(text) for text in self.box.texts]

    def taken(self) -> list[Told]:
        """Every mail."""
        return [self._read(text) for _, text in self.box.mails]

    def _read(self, text: bytes) -> Told:
        parsed = message_from_bytes(text, policy=policy.default)
        return Told(str(parsed["subject"]), parsed.get_content(), "")

    def is_slow(self, *, always: bool) -> None:
        """Say nothing, or speak again."""
        self.box.always = SAYS_NOTHING if always else None

    def leave(self, folder: Path) -> None:
        """It hangs up before it heard anything."""
        del folder
        self.box.answers.insert(0, HANGS_UP_AT_ONCE)

    def come_back(self, folder: Path) -> None:
        """It was away for one try."""

    def take_all(self) -> None:
        """As mail servers do."""
        self.box.answers = []

    def draw(self, chance: random.Random, count: int) -> Sequence[object]:
        """Up, in trouble, gone before or after the text, slow."""
        kinds = (*("250 OK", "451 later", "554 never", HANGS_UP, HANGS_UP_AT_ONCE) * 2, SAYS_NOTHING)
        self.box.answers = chance.choices(kinds, k=count)
        return [one for one in self.box.answers if one != HANGS_UP_AT_ONCE]


def keep(file: Path, secret: str) -> None:
    """A secret in a file of its own."""
    file.write_text(secret, encoding="utf-8")
    file.chmod(0o600)


@contextmanager
def one_of_each() -> Generator[dict[str, Stand], None, None]:
    """A stand of each kind, until the block ends."""
    with ExitStack() as stack:
        hooks = [Hook(kind, stack.enter_context(receiving())) for kind in ("slack", "teams", "webhook")]
        box, port = stack.enter_context(mail_server())
        stands: list[Stand] = [*hooks, Mail(box, port)]
        yield {stand.kind: stand for stand in stands}

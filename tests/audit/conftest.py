"""A small organisation of three days, and its bundle of the second one."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from axure_lifecycle.archive import HomeArchive
from axure_lifecycle.audit.bundle import Bundled, Bundler, days_of, sign_head
from axure_lifecycle.audit.keys import SigningKey, home_key, make_home_key
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.checkpoints import Checkpoint
from axure_lifecycle.domain.evidence import EvidenceFile, EvidenceRules
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.organization import Deployment, Idp, Organization, Screens, SignIn
from axure_lifecycle.store import open_store
from tests.store.desk import MEMBERS, OKTA, PAT, Desk, SetClock, member, person
from tests.store.test_cases import claim, plan

ANA, BEN = Address("ana@acme.example"), Address("ben@acme.example")
LEFT = Address("left@acme.example")
ACME = Organization(
    name="Acme",
    deployment=Deployment.PRIVATE_INSTANCE,
    host="acme.axure.cloud",
    sign_in=SignIn.SAML,
    idp=Idp.OKTA,
    screens=Screens.NEW,
    operator=Address("pat@acme.example"),
    time_zone=ZoneInfo("Europe/Amsterdam"),
)
SECOND_DAY = date(2026, 11, 24)


@dataclass
class House:
    """A home with a store, an archive and a key."""

    desk: Desk
    archive: HomeArchive
    key: SigningKey
    first_point: Checkpoint
    """Made at the end of the first day."""

    def attach(self, case: int, content: bytes, name: str = "page.png") -> str:
        """Attach a file; returns its digest."""
        file = EvidenceFile(name, "image/png", content)
        self.archive.keep(file)
        with self.desk.store.writing(PAT) as change:
            change.attach_evidence(change.case(case), "deactivate", file, note="", assurance=Assurance.CONFIRMED)
        return file.digest

    def sign(self) -> Checkpoint:
        """Sign the head."""
        return sign_head(self.desk.store, self.key, PAT, self.desk.clock.now())

    def bundle(self, first: date = SECOND_DAY, last: date = SECOND_DAY) -> tuple[bytes, Bundled]:
        """The bundle of some days."""
        days = days_of(first, last, self.desk.clock.now().date(), ACME)
        point, stream = self.sign(), BytesIO()
        with self.desk.store.reading() as view:
            made = Bundler(view, self.archive, self.key, days, None).write(stream, point)
        return stream.getvalue(), made


def open_case(desk: Desk, subject: Address) -> int:
    """Open a case; its number."""
    with desk.store.writing(PAT) as change:
        return change.open_case(plan(subject), [subject], due_on=None, reason="HR-1", owner=None).id


def settle_in(url: str, home: Path) -> House:
    """Three days with rosters, cases, claims and files, of which one payload was erased."""
    home.mkdir(exist_ok=True)
    make_home_key(home)
    key = home_key(home)
    assert key is not None
    clock = SetClock()
    desk = Desk(open_store(url, clock), clock, url)
    desk.bring(MEMBERS, [member(ANA), member(BEN, line=3)])
    desk.bring(OKTA, [person("1", ANA), person("2", BEN)])
    first = open_case(desk, ANA)
    house = House(desk, HomeArchive(home, EvidenceRules()), key, sign_head(desk.store, key, PAT, clock.now()))
    clock.pass_by(days=1)
    second = open_case(desk, BEN)
    for case in (first, second):
        with desk.store.writing(PAT) as change:
            claim(change, change.case(case))
            claim(change, change.case(case), "say-goodbye")
        house.attach(case, b"\x89PNG\r\n\x1a\n page of %d" % case)
    with desk.store.writing(PAT) as change:
        for assurance in (Assurance.REPORTED, Assurance.CONFIRMED):
            change.approve_case(
                change.case(second), assurance=assurance, question="All of it?", question_digest="e" * 64, note=""
            )
    desk.bring(MEMBERS, [member(ANA, status="deactivated"), member(BEN, line=3)])
    with desk.store.writing(PAT) as change:
        change.note("test.written", {"text": "ä\u2028\x00 “quoted”\n" * 20})
        change.note("test.written", {"address": LEFT})
    clock.pass_by(days=1)
    with desk.store.writing(PAT) as change:
        claim(change, change.case(second), "release-seat")
        change.cancel_case(change.case(first), "over")
        change.erase_person([LEFT], pseudonym="erased-1", reason="HR-2")
    return house


@pytest.fixture(params=["sqlite", "postgres"])
def each_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house of one's own, once on each database."""
    is_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'store.sqlite'}" if is_file else str(request.getfixturevalue("fresh_postgres"))
    made = settle_in(url, tmp_path / "home")
    with closing(made.desk.store):
        yield made


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SetClock, Checkpoint]:
    """A house that is only copied, its clock, and its first checkpoint."""
    folder = tmp_path_factory.mktemp("template")
    made = settle_in(f"sqlite:///{folder / 'store.sqlite'}", folder / "home")
    made.desk.store.close()
    return folder, made.desk.clock, made.first_point


@pytest.fixture
def house(template: tuple[Path, SetClock, Checkpoint], tmp_path: Path) -> Iterator[House]:
    """A house of one's own, in a file."""
    folder, clock, first_point = template
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    key = home_key(tmp_path / "home")
    assert key is not None
    url, clock = f"sqlite:///{tmp_path / 'store.sqlite'}", SetClock(clock.at)
    with closing(open_store(url, clock)) as store:
        yield House(Desk(store, clock, url), HomeArchive(tmp_path / "home", EvidenceRules()), key, first_point)


@dataclass(frozen=True)
class Sample:
    """A bundle that verifies, and what an auditor holds beside it."""

    content: bytes
    public_key: bytes
    first_point: Checkpoint
    digest: str


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The bundle of the second day."""
    folder = tmp_path_factory.mktemp("sample")
    made = settle_in(f"sqlite:///{folder / 'store.sqlite'}", folder)
    with closing(made.desk.store):
        content, _ = made.bundle()
    return Sample(content, bytes.fromhex(made.key.public_key), made.first_point, sha256(content).hexdigest())

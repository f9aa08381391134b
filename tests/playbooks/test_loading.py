"""A playbook is refused with all its mistakes, each said in a way that finds it."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle import playbooks
from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.plans import Doer, NoticeKind
from axure_lifecycle.domain.playbooks import Guard, StepPattern
from axure_lifecycle.playbooks import PlaybookBroken, PlaybookMissing, load_playbook, shipped, shipped_names
from tests.playbooks.house import FACTS, GOOD, GUARD, HEAD, STEP, mistakes_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "leave.toml"


def test_a_good_playbook_is_read_as_it_is_written(file: Path) -> None:
    file.write_text(
        HEAD
        + STEP
        + """
        [[steps]]
        id = "return-keys"
        title = "Return {count} key(s)"
        doer = "person"
        place = { new = "Desk › Drawer", 2017 = "Porter" }
        look_for = "somebody with a key board"
        instruction = "Return {subscriptions}."
        evidence = "A receipt."
        question = "Did {accounts} return {subscriptions}?"
        facts = ["door.closes", "door.draught"]
        after = ["close-door"]
        when = { sign_in = ["saml", "ldap"], role = "guest" }
        unless = { leave_day = "ahead" }
        about = "assigned"
        ends = { holding = "seat", as = "not_assigned" }
        """
        + GUARD,
        encoding="utf-8",
    )
    playbook = load_playbook(file, known_facts=FACTS, expected_id="house.leave")
    assert (playbook.id, playbook.version, playbook.application, playbook.operation, playbook.title) == (
        "house.leave",
        1,
        "house",
        "leave",
        "Leave the house",
    )
    assert playbook.steps[1] == StepPattern(
        key="return-keys",
        title="Return {count} key(s)",
        doer=Doer.PERSON,
        place={"new": "Desk › Drawer", "2017": "Porter"},
        look_for="somebody with a key board",
        instruction="Return {subscriptions}.",
        evidence="A receipt.",
        question="Did {accounts} return {subscriptions}?",
        facts=("door.closes", "door.draught"),
        after=("close-door",),
        when={"sign_in": frozenset({"saml", "ldap"}), "role": frozenset({"guest"})},
        unless={"leave_day": frozenset({"ahead"})},
        about="assigned",
        ends_holding=HoldingKind.SEAT,
        ends_as="not_assigned",
    )
    assert playbook.guards == (
        Guard(
            "draught",
            NoticeKind.WARNING,
            "There is a draught.",
            ("door.draught",),
            {"leave_day": frozenset({"ahead"})},
            {},
            None,
        ),
    )


def test_the_file_that_the_rules_spoil_is_good(file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    assert load_playbook(file, known_facts=FACTS).steps[0].key == "close-door"


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    text = GOOD.replace("door.closes", "door.opens").replace('"admin"', '"porter"').replace('"ahead"', '"soon"')
    assert mistakes_of(file, text.replace("version = 1", "version = 0")) == [
        "version should be a whole number from 1.",
        'step 1 (close-door): unknown doer "porter" (known: admin, idp_admin, licence_manager, licence_owner, person, '
        "server_admin, successor, super_admin, technical_admin).",
        'step 1 (close-door): no fact has the id "door.opens".',
        'guard 1 (draught): unknown answer to leave_day "soon" (known: ahead, none, passed).',
    ]


def test_without_a_register_facts_are_taken_on_trust(file: Path) -> None:
    file.write_text(GOOD.replace("door.closes", "door.opens"), encoding="utf-8")
    assert load_playbook(file).steps[0].facts == ("door.opens",)


def test_an_application_can_ask_questions_of_its_own(file: Path) -> None:
    own = '[traits]\nfloor = ["ground", "first"]\nrole = ["tenant"]\nscreens = ["porch"]\n'
    text = HEAD + own + STEP.replace('"Hall › Door"', '{ porch = "Hall" }\nlook_for = "a door"') + GUARD
    file.write_text(text.replace('leave_day = "ahead"', 'floor = "first", role = "tenant"'), encoding="utf-8")
    assert load_playbook(file).guards[0].when == {"floor": frozenset({"first"}), "role": frozenset({"tenant"})}
    spoilt = text.replace('leave_day = "ahead"', 'floor = "attic", role = "guest"')
    assert mistakes_of(file, spoilt) == [
        'guard 1 (draught): unknown answer to floor "attic" (known: first, ground).',
        'guard 1 (draught): unknown answer to role "guest" (known: tenant).',
    ]


def test_a_file_under_another_name_than_its_own_is_refused(file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    with pytest.raises(PlaybookBroken, match=r"id should be house\.enter, as the file is called"):
        load_playbook(file, expected_id="house.enter")


def test_a_file_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        PlaybookBroken, match=r"Nothing can be planned by gone\.toml: it has 1 mistake\.\n- it is not there\."
    ):
        load_playbook(tmp_path / "gone.toml")


def test_a_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PlaybookBroken, match="it cannot be read: "):
        load_playbook(tmp_path)


def test_a_file_in_another_encoding_is_refused_with_a_sentence(file: Path) -> None:
    file.write_bytes(GOOD.replace("›", "»").encode("latin-1"))
    with pytest.raises(PlaybookBroken, match=r"it is not UTF-8 from byte \d+ on"):
        load_playbook(file)


def in_a_table(values: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key} = {value}" for key, value in values.items()) + "}"


VALUES = st.recursive(
    st.sampled_from(["true", "7", "0.5", "1979-05-27", '""', '"admin"', '"seat"', '"{x}"', '"ahead"', '"a\\u0000"']),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(lambda values: f"[{', '.join(values)}]"),
        st.dictionaries(st.sampled_from("ab"), inner, max_size=2).map(in_a_table),
    ),
    max_leaves=4,
)


class InMemory:
    """A file that no disk holds."""

    def __init__(self, text: str) -> None:
        self.name = "leave.toml"
        self._text = text

    def read_bytes(self) -> bytes:
        return self._text.encode()


KEYS = [*sorted({line.split(" = ")[0] for line in GOOD.splitlines() if " = " in line}), "about", "ends", "look_for"]


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=3))
def test_whatever_stands_in_a_field_the_answer_is_a_playbook_or_a_refusal(spoilt: dict[str, str]) -> None:
    lines = [line for line in GOOD.splitlines() if line.split(" = ")[0] not in spoilt]
    top = [f"{key} = {value}" for key, value in spoilt.items() if f"\n{key} = " in HEAD]
    last = [f"{key} = {value}" for key, value in spoilt.items() if f"\n{key} = " not in HEAD]
    text = "\n".join([*top, *lines, *last])
    with suppress(PlaybookBroken):
        load_playbook(InMemory(text))


def test_what_is_shipped_is_found_by_name_and_read_once() -> None:
    assert ("axure", "offboard") in shipped_names()
    assert shipped("axure", "offboard") is shipped("axure", "offboard")


@pytest.mark.parametrize(
    ("application", "operation"),
    [
        ("axure", "fly"),
        ("figma", "offboard"),
        ("..", "offboard"),
        ("axure", "../axure/offboard"),
        ("", ""),
        ("axure.offboard", ""),
    ],
)
def test_what_nobody_wrote_down_is_refused_and_what_exists_is_named(application: str, operation: str) -> None:
    with pytest.raises(PlaybookMissing, match=r"There are: .*axure\.offboard") as refusal:
        shipped(application, operation)
    assert refusal.value.code == "playbook_missing"


def test_a_playbook_lies_beside_the_others_as_a_file(tmp_path: Path) -> None:
    source = Path(playbooks.__file__).parent / "axure" / "offboard.toml"
    shutil.copy(source, tmp_path / "offboard.toml")
    assert load_playbook(tmp_path / "offboard.toml", expected_id="axure.offboard") == shipped("axure", "offboard")

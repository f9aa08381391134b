"""Each playbook as a page: everything in it, with its conditions in words that read like a sentence."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.vocabulary import TRAITS
from axure_lifecycle.facts import shipped_register
from axure_lifecycle.mcp_server.playbook_page import say, write_playbook
from axure_lifecycle.playbooks import shipped, shipped_names

each_playbook = pytest.mark.parametrize(("application", "operation"), shipped_names())


@each_playbook
def test_the_page_reads_as_it_was_looked_at(
    application: str, operation: str, golden: Callable[[str, str], None]
) -> None:
    register = shipped_register()
    page = "\n\n".join(write_playbook(shipped(application, operation), register)) + "\n"
    golden(f"playbooks/{application}.{operation}/page.md", page.replace(register.version, "VERSION"))


@pytest.mark.parametrize(
    ("trait", "answers", "sentence"),
    [
        ("role_change", {"down"}, "compared with the present role, the one asked for goes down"),
        ("role_change", {"none"}, "compared with the present role, the one asked for goes nowhere"),
        ("successor_address", {"same"}, "the successor's address and the person's are one and the same"),
        ("successor_address", {"another"}, "the successor's address and the person's are two"),
        ("successor_is_the_person", {"yes"}, "the successor is the person: yes"),
        ("successor_directory", {"hold", "gone"}, "in the directory the successor is gone or hold"),
        ("successor_seat", {"no"}, "the successor has a seat: no"),
    ],
)
def test_what_is_asked_about_roles_and_successors_is_said(trait: str, answers: set[str], sentence: str) -> None:
    assert say({trait: frozenset(answers)}, "and") == sentence


def test_every_trait_has_words_of_its_own() -> None:
    for trait, answers in TRAITS.items():
        answer = min(answers)
        assert not say({trait: frozenset({answer})}, "and").startswith(f"{trait.replace('_', ' ')} is "), trait

"""What the shipped register promises to everybody who cites it."""

import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from axure_lifecycle.domain.facts import Confidence, Fact, Register, Source, TopicUnknown
from axure_lifecycle.facts import shipped_register

MAY_DRAW = {
    "vendor": {"vendor", "older", "reported", "unknown"},
    "older": {"older", "reported", "unknown"},
    "reported": {"reported", "unknown"},
}
"""Strongest word of a source → confidences that a fact may have by it."""

ON_SCREEN = re.compile(
    r"\b(?:table|row|page|drop-down|dialog|sidebar|menu|settings|browser|list|clicks|mail|invoice)\b"
    r"|Manage Products|License Portal|Account settings|Below Setup"
)
"""What a question may send the admin to."""

OPENING_ONLY = {
    "accounts",
    "accounts-old",
    "azure",
    "license-portal",
    "manual-guide",
    "okta-unassign",
    "google-custom-app",
    "google-access-groups",
    "6sense-roles",
    "6sense-scim",
    "6sense-guide",
}
"""Sources of which only the opening was read."""


def rendered(fact: Fact) -> str:
    lines = [
        f"## {fact.id}",
        f"{fact.confidence} · {', '.join(fact.sources)} · {fact.as_of} · {', '.join(fact.topics)}",
        "",
        fact.sentence,
    ]
    if fact.question:
        lines += ["", f"To ask: {fact.question}"]
    if fact.note:
        lines += ["", f"Note: {fact.note}"]
    return "\n".join(lines)


def test_the_register_reads_as_it_was_looked_at(shipped: Register, golden: Callable[[str, str], None]) -> None:
    text = "\n\n".join(rendered(fact) for fact in shipped.facts.values())

    golden("facts.md", f"# What is known, and how well\n\n{text}\n")


def test_every_fact_is_reachable_by_each_of_its_topics(shipped: Register) -> None:
    for fact in shipped.facts.values():
        assert fact.topics
        for topic in fact.topics:
            assert fact in shipped.about(topic)


def test_every_topic_has_a_fact_and_a_title_of_one_line(shipped: Register) -> None:
    for topic, title in shipped.topics().items():
        assert shipped.about(topic), topic
        assert 0 < len(title) <= 80, topic


def test_every_topic_is_found_by_its_name_and_each_synonym(shipped: Register) -> None:
    for topic in shipped.headings.values():
        for words in (topic.name, *topic.synonyms):
            found = {fact.id for fact in shipped.find(f"  {words.upper()} ?")}
            assert found >= {fact.id for fact in shipped.about(topic.name)}, words


def test_every_source_carries_a_fact(shipped: Register) -> None:
    cited = {key for fact in shipped.facts.values() for key in fact.sources}

    assert cited == shipped.sources.keys()


def test_no_fact_is_stronger_than_the_source_it_rests_on(shipped: Register) -> None:
    for fact in shipped.facts.values():
        carrying: Source = shipped.sources[fact.sources[0]]
        assert fact.confidence.value in MAY_DRAW[carrying.strongest.value], fact.id


def test_only_pages_of_a_vendor_count_as_a_vendors_word(shipped: Register) -> None:
    vendors = {source.key for source in shipped.sources.values() if source.strongest is Confidence.VENDOR}

    assert vendors == {
        "accounts",
        "organizations",
        "workspaces",
        "okta",
        "google",
        "azure",
        "customsettings",
        "license-portal",
        "org-blog",
        "rp-api",
        "6sense-support",
        "6sense-users",
        "6sense-roles",
        "6sense-primary",
        "6sense-scim",
        "okta-assign",
        "okta-unassign",
        "okta-assignments-tab",
        "entra-assign",
        "entra-access",
        "google-custom-app",
        "google-access-groups",
    }


def test_another_vendors_page_says_nothing_about_axure(shipped: Register) -> None:
    """Okta, Microsoft and Google speak of their own consoles, 6sense of 6sense."""
    families = ("okta", "entra", "google", "6sense")
    others = {key for key in shipped.sources if key.startswith(tuple(f"{family}-" for family in families))}

    astray = [
        fact.id
        for fact in shipped.facts.values()
        if fact.sources and fact.sources[0] in others and not fact.id.startswith(fact.sources[0].split("-")[0] + ".")
    ]
    assert len(others) == 14
    assert astray == []


def test_what_was_not_read_is_never_given_as_axures_word(shipped: Register) -> None:
    """Of the pages on deactivating, reactivating, deleting, LDAP and releasing a seat only the openings were read."""
    unread = ("deactivate.", "reactivate.", "delete.", "ldap.", "ldap-saml.")
    vendors_word = [
        fact.id
        for fact in shipped.facts.values()
        if fact.confidence is Confidence.VENDOR and (fact.id.startswith(unread) or fact.id == "seat.unassign")
    ]

    assert vendors_word == ["deactivate.who-axure"]  # which says that the page names no role
    for key in OPENING_ONLY:
        assert "nly the opening was read" in (shipped.sources[key].note or ""), key


def test_whatever_is_unknown_comes_with_a_question_and_is_an_open_question(shipped: Register) -> None:
    unknown = [fact for fact in shipped.facts.values() if fact.confidence is Confidence.UNKNOWN]

    assert set(unknown) == set(shipped.about("open-questions"))
    assert [fact.id for fact in unknown if not (fact.question or "").strip().endswith((".)", "?"))] == []


def test_each_question_sends_the_admin_to_one_place_and_fits_one_sentence(shipped: Register) -> None:
    """Short, one question mark, no line of a form, and a thing on the admin's own screen that holds the answer."""
    asked = {fact.id: fact.question or "" for fact in shipped.about("open-questions")}

    assert [id_ for id_, question in asked.items() if not ON_SCREEN.search(question)] == []
    assert [id_ for id_, question in asked.items() if question.count("?") != 1 or len(question) > 170] == []
    assert [id_ for id_, question in asked.items() if not question[0].isupper()] == []


def test_only_what_is_unknown_is_asked(shipped: Register) -> None:
    assert {fact.confidence.value for fact in shipped.facts.values() if fact.question is not None} == {"unknown"}


def test_the_sources_contradict_each_other_in_the_open(shipped: Register) -> None:
    assert [(fact.id, fact.confidence.value) for fact in shipped.find("jit")[:4]] == [
        ("jit.axure", "vendor"),
        ("jit.guide", "reported"),
        ("jit.unsupported", "reported"),
        ("jit.works", "unknown"),
    ]
    assert {"deactivate.who", "public-cloud.not-a-private-instance", "6sense.scim"} <= {
        fact.id for fact in shipped.about("contradictions")
    }


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("api", "api.none"),
        ("Does Axure have an API for this?", "api.none"),
        ("SCIM 2.0", "scim.none"),
        ("webhooks", "webhooks.none"),
        ("Rate limits", "api.rate-limits"),
        ("paging", "api.pagination"),
        ("endpoints", "api.no-endpoints"),
        ("user object", "api.user-object"),
        ("Azure AD", "entra.documented"),
        ("licence portal", "license-portal.clicks"),
        ("Can I undo a deactivation?", "deactivate.reversible"),
        ("deactivate.effect", "deactivate.effect"),
        ("super admin handover", "super-admin.handover-organization"),
        ("60 days", "publishing-trial.sixty-days"),
        ("prorated", "licence-owner.powers"),
        ("6sense", "6sense.page"),
        ("Around", "around.shut-down"),
    ],
)
def test_words_of_a_person_lead_to_the_fact(shipped: Register, words: str, first: str) -> None:
    assert shipped.find(words)[0].id == first


def test_the_first_part_of_an_id_finds_all_facts_below_it(shipped: Register) -> None:
    assert {fact.id for fact in shipped.find("add.password")} == {
        "add.password.new",
        "add.password.mid",
        "add.password.private-instance",
        "add.password.on-premises",
    }


def test_a_misspelt_topic_is_refused_with_the_nearest_ones(shipped: Register) -> None:
    with pytest.raises(TopicUnknown) as refusal:
        shipped.find("webhok")

    assert refusal.value.nearest[0] == "webhooks"


def test_the_shipped_register_is_loaded_once(shipped: Register) -> None:
    assert shipped_register() is shipped


def test_the_vocabulary_of_facts_is_loaded_without_reading_a_file() -> None:
    """A server that starts needs the types; it reads the register at the first question."""
    asked = "import sys, axure_lifecycle.domain.facts; print('tomllib' in sys.modules, 'difflib' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert answer.stdout.split() == ["False", "False"]

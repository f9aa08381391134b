"""What the pages show of what is known: whom to act on, one person beside every source, the sources, the trail."""

import re
from collections.abc import Callable
from html import unescape

from axure_lifecycle.cli.demo import LEAVER
from tests.console.conftest import Visitor
from tests.console.office import AUDITOR, OPERATOR, VIEWER
from tests.console.scene import NOOR, OTTO, Scene

WAITING = "gita.bondi@birchwood.example"


def words_of(who: Visitor, path: str) -> str:
    """What somebody reads on a page, without its frame."""
    page = who.get(path)
    assert page.status_code == 200, page.text
    return read(page.text)


def read(page: str) -> str:
    """The words of a page; an address may be broken anywhere."""
    main = re.sub(r"<wbr>|</?bdi>", "", page[page.index("<main") : page.index("</main>")])
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def rows_of(who: Visitor, path: str) -> dict[str, str]:
    """The first table's rows, by the address in each."""
    page = who.get(path).text
    table = page[page.index("<tbody") : page.index("</tbody>")]
    rows = [read(f"<main {row}</main>") for row in table.split("<tr")[1:]]
    return {found[0]: row for row in rows if (found := re.search(r"[\w.-]+@[\w.-]+", row))}


def test_whoever_asks_for_action_is_listed_with_the_reason_and_what_is_under_way(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    val = visitor(VIEWER)
    rows = rows_of(val, "/discrepancies")
    assert "Leaver deprovisioned" in rows[LEAVER]
    assert f"{scene.leaver} (offboard open" in rows[LEAVER]
    assert f"{scene.contradicted} (offboard open, contradicted by a roster)" in rows[OTTO]
    assert "On hold" in rows[NOOR]
    assert "Not in directory" in rows["kai.brandt@freelance.example"]
    assert rows_of(val, "/discrepancies?verdict=leaver").keys() == {LEAVER, OTTO}
    told = words_of(val, "/discrepancies")
    assert re.search(r"By R-\d+ “members-page-\d.txt” of .*, beside R-5 “directory-2.csv” of .* 2 Leaver ", told)
    assert f"{LEAVER} Assigned to leaver: BW-003" in told


def test_a_person_is_shown_beside_every_source_each_with_its_assurance_and_what_nobody_can_know(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    told = words_of(visitor(VIEWER), f"/people/{LEAVER}")
    assert "The directory has deprovisioned the person." in told
    assert re.search(r"active, role Technical Admin, Use SSO off R-\d members-page-\d.txt .*? old, confirmed", told)
    assert re.search(
        r"owner of 2 subscriptions: BW-003, BW-004 .*? R-6 licences-2.csv .*? old, (reported|confirmed)", told
    )
    assert "deprovisioned (DEPROVISIONED) R-5 directory-2.csv" in told
    assert "cannot be known: no admin can see a person's public account; ask the person" in told
    assert f"{scene.leaver} · offboard" in told


def test_what_was_only_reported_waits_on_the_first_page_of_whoever_may_confirm_it_and_of_nobody_else(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    case = scene.office.open_offboarding(WAITING)
    scene.office.report(case, "hand-over-workspaces", "Her manager has them now.")
    told = words_of(visitor(OPERATOR), "/")
    assert re.search(
        rf"{case} · Offboard {WAITING} Reported by {OPERATOR} through an assistant, .*? Her manager has them now\. "
        "Look and answer",
        told,
    )
    assert f"Offboard {OTTO} {scene.contradicted}" in told
    elsewhere = words_of(visitor(VIEWER), "/")
    assert f"Offboard {OTTO} {scene.contradicted}" in elsewhere
    assert "Her manager has them now." not in elsewhere


def test_sources_say_who_brought_them_how_and_which_are_in_force(visitor: Callable[[str], Visitor]) -> None:
    told = words_of(visitor(VIEWER), "/sources")
    assert re.search(
        rf"R-5 directory-2.csv directory .*? 45 whole .*? {OPERATOR} at a terminal confirmed In force", told
    )
    assert re.search(r"R-1 members-page.txt members .*? confirmed Superseded", told)


def test_an_auditor_walks_the_trail_and_is_told_what_that_does_not_exclude(visitor: Callable[[str], Visitor]) -> None:
    uri = visitor(AUDITOR)
    walked = read(uri.post("/trail/verify").text)
    assert re.search(r"The trail holds: \d+ records, head [0-9a-f]{64}\.", walked)
    assert "compare the head with one that was kept elsewhere" in walked
    assert f"session.begun · {AUDITOR}" in words_of(uri, "/trail")

"""Slack, Teams, a signed webhook and a mail server, all told by one pass: what arrives, once, and what is held up."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.notices.wire import Limits
from tests.cli.processes import run
from tests.passing.firm import open_firm
from tests.passing.stands import SEEN_AFTER_THAT, one_of_each
from tests.passing.test_pass import OPENS, PEOPLE, employees, members

IMPATIENT = Limits(whole=0.3, connecting=0.3)
NO_REPORTS = "reports = []\nweekly_reports = []\n"
SEEN_BY_PEOPLE = ("slack", "teams", "email")
"""Where a message that came twice would be seen twice."""
CONSOLE = "https://lifecycle.acme.example"


def test_what_is_long_overdue_is_escalated_with_a_link_and_slow_places_hold_no_pass_and_no_other_up(
    tmp_path: Path,
) -> None:
    rules = '[reminders]\nescalate_to = "head@acme.example"\nescalate_after_days = 2\n'
    served = f'[limits]\nstep_overdue_days = 3\n[serve]\npublic_url = "{CONSOLE}"\ntokens = true\n'
    with one_of_each() as stands, one_of_each() as others:
        quick = others["slack"].settings(tmp_path).replace('name = "slack"', 'name = "quick"')
        (tmp_path / "slack").rename(tmp_path / "quick")
        quick = quick.replace(f'{tmp_path / "slack"}"', f'{tmp_path / "quick"}"')
        places = "".join(stand.settings(tmp_path) for stand in stands.values())
        with open_firm(tmp_path, f"{OPENS}{NO_REPORTS}{rules}{served}{places}{quick}") as firm:
            # Ten days ago a case began and its owner heard of it; nobody has to hear more until it is overdue.
            firm.days.at = datetime.now(UTC) - timedelta(days=10)
            firm.write_staff(employees(ana="DEPROVISIONED"))
            firm.write_members(members())
            assert firm.run().sent == 5
            for stand in (*stands.values(), others["slack"]):
                (first,) = stand.taken()
                assert first.headline == "Acme, Axure access: 1 thing waits for kim@acme.example", stand.kind
                assert "C-1 (offboard): to be done" in first.text
                assert f"{CONSOLE}/cases/C-1" in first.text, stand.kind
            # Today: by hand, three of ten days were allowed, and seven are more than two.
            firm.days.at = datetime.now(UTC) - timedelta(minutes=1)
            firm.write_staff(employees(ana="DEPROVISIONED"))
            firm.write_members(members(), "members-2.csv")
            for stand in stands.values():
                stand.is_slow(always=True)
            begun = datetime.now(UTC)
            slow = run("run", "--json", "--patience", "1", home=firm.home)
            assert datetime.now(UTC) - begun < timedelta(seconds=60)
            assert (slow.code, slow.answer["sent"]) == (11, 2), slow  # the quick one was told both
            assert (slow.answer["unclear"], slow.answer["waiting"]) == (3, 5)
            listed = run("notices", "list", "--state", "unclear", home=firm.home).out
            for kind in SEEN_BY_PEOPLE:
                assert f"to {kind}, 1 try, sent without an answer" in listed
            assert "so it may have arrived" in listed
            assert "3 messages in all" in listed
            for stand in stands.values():
                stand.is_slow(always=False)
            again = run("run", "--json", "--patience", "30", home=firm.home)
            assert (again.answer["sent"], again.answer["unclear"], again.answer["waiting"]) == (5, 0, 0), again
        for kind, stand in (*stands.items(), ("quick", others["slack"])):
            _, *later = stand.arrived()
            # Two connections may be opened in one order and heard in another.
            (escalation,) = [told for told in later if told.headline == "Acme, Axure access: 1 case is long overdue"]
            digest, *repeats = [told for told in later if told is not escalation]
            assert "C-1 (offboard): overdue by 7 days" in digest.text
            assert "owner: kim@acme.example" in escalation.text
            assert all(f"{CONSOLE}/cases/C-1" in told.text for told in (digest, escalation)), kind
            # Whatever may have arrived is told again only where the other side knows it again by its id.
            assert [one.id for one in repeats] == ([digest.id] if kind == "webhook" else [])
            assert "ana@" not in "".join(told.text for told in stand.arrived())


@pytest.mark.parametrize("seed", range(4))
def test_whatever_receivers_do_nobody_is_told_twice_on_a_day_and_nothing_due_is_lost(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    with one_of_each() as stands:
        places = "".join(stand.settings(tmp_path) for stand in stands.values())
        with open_firm(tmp_path, f"{OPENS}{NO_REPORTS}{places}") as firm:
            chosen = {kind: stand.draw(chance, 100) for kind, stand in stands.items()}
            told = dict.fromkeys(stands, 0)
            seen: dict[tuple[str, date, str], list[str]] = {}
            for day in range(4):
                firm.write_staff(employees(**dict.fromkeys(PEOPLE[: 1 + day // 2], "DEPROVISIONED")))
                firm.write_members(members(), f"members-{day}.csv")
                for hours in (0, 4):
                    firm.pass_by(hours=hours)
                    away = [stand for stand in stands.values() if chance.random() < 0.15]
                    for stand in away:
                        stand.leave(tmp_path)
                    firm.run(IMPATIENT)
                    for stand in away:
                        stand.come_back(tmp_path)
                    for kind, stand in stands.items():
                        arrived = stand.arrived()
                        for one, done in zip(arrived[told[kind] :], chosen[kind][told[kind] :], strict=False):
                            if done in SEEN_AFTER_THAT:
                                seen.setdefault((kind, firm.days.at.date(), one.recipient), []).append(one.id)
                        told[kind] = len(arrived)
                firm.pass_by(hours=20)
            for (kind, _, _), ids in seen.items():
                assert len(ids if kind in SEEN_BY_PEOPLE else set(ids)) == 1, (seed, seen)
            for stand in stands.values():
                stand.take_all()
            firm.write_staff(employees(**dict.fromkeys(PEOPLE[:2], "DEPROVISIONED")))
            assert firm.run().waiting == 0
            cases = firm.cases(CaseState.OPEN)
            assert len(cases) == 2
            for kind, stand in stands.items():
                last = "".join(one.text for one in stand.taken()[-2:])
                assert all(f"{case.name} (offboard)" in last for case in cases), (seed, kind)

"""Where notices go, and what a wrong place is told; what could be a secret is never repeated."""

import pytest

from axure_lifecycle.config import ConfigurationBroken
from tests.config.acme import ACME, Load, sentences

PLACE = '[[notices]]\nname = "slack"\nkind = "slack"\nurl = "env:SLACK"\n'


def test_every_mistake_of_a_place_is_named(load: Load) -> None:
    text = f"""{ACME}
[[notices]]
name = "Slack!"
kind = "pager"
[[notices]]
name = "slack"
kind = "slack"
url = "https://hooks.slack.example/services/canary"
takes = ["tickets"]
[[notices]]
name = "slack"
kind = "webhook"
url = "env:DESK"
[[notices]]
name = "mail"
kind = "email"
host = "smtp.acme.example"
security = "none"
sender = "nobody"
user = "lifecycle"
"""
    secret = "where the secret lies: env:VARIABLE, file:/absolute/path or keyring:SERVICE/USER"
    found = sentences(load, text)
    assert found == [
        'notices.1.name: found "Slack!"; expected a name of small letters, digits, - and _, such as slack.',
        'notices.1.kind: found "pager"; expected one of slack, teams, webhook, email.',
        'notices.2.takes: found "tickets"; expected tickets at a webhook only: a person needs no such messages.',
        f"notices.2.url: found something else; expected {secret}.",
        f"notices.3.secret: missing; expected {secret}.",
        'notices.3.name: found "slack" a second time; expected one name for each place.',
        'notices.4.sender: found "nobody"; expected an e-mail address such as pat@acme.example.',
        "notices.4.password: missing; expected user and password together, or neither.",
        'notices.4.security: found "none" with smtp.acme.example; expected starttls or tls: only this machine is '
        "spoken to without.",
    ]
    assert "canary" not in "".join(found)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[reminders]\nquiet_from = "20:00"\n',
            "reminders.quiet_until: missing; expected quiet_from and quiet_until together, or neither.",
        ),
        (
            '[reminders]\nquiet_from = "25:00"\nquiet_until = "07:00"\n',
            'reminders.quiet_from: found "25:00"; expected a time of day in quotes, such as "20:00".',
        ),
        (
            '[reminders]\nquiet_days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\n',
            "reminders.quiet_days: found all seven; expected at least one day on which people may be told.",
        ),
        ('[policy.run]\nopen = "always"\n', 'policy.run.open: found "always"; expected one of never, at_last_day.'),
        (
            '[policy.run]\nreports = ["leavers.html", "gossip.html"]\n',
            'policy.run.reports: found "gossip.html"; expected each entry to be a kind and a form such as '
            "leavers.html, of access-review, leavers, seats, cases, facts, screens and md, html, csv, json.",
        ),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(load: Load, text: str, sentence: str) -> None:
    assert sentence in sentences(load, f"{ACME}{text}")


def test_no_secret_of_a_place_stands_in_what_is_loaded(load: Load) -> None:
    configuration = load(f"{ACME}{PLACE}", SLACK="https://hooks.slack.example/services/canary")
    assert "canary" not in repr(configuration)
    with pytest.raises(ConfigurationBroken):
        load(f"{ACME}{PLACE.replace('env:SLACK', 'https://hooks.slack.example/x')}")

"""The questions of `init`, and what it writes."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from axure_lifecycle.cli.shell import Shell
from axure_lifecycle.cli.terminal import is_attended, read_line, say, screen, show, tell, wrapped
from axure_lifecycle.config import (
    CONFIGURATION_FILE,
    ConfigurationBroken,
    ConfigurationExists,
    Mistake,
    describe_organization,
    looseness,
    write_configuration,
)
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.organization import Deployment, Organization
from axure_lifecycle.domain.text import shown


class InitRefused(LifecycleError):
    """The organisation is described badly, or not enough."""

    code = "init_refused"

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        lines = [f"- {FLAGS.get(one.key, one.key)}: {one.found}; expected {one.expected}." for one in mistakes]
        super().__init__(
            "\n".join(
                [
                    "No configuration was written. What was given does not describe an organisation yet:",
                    *lines,
                    "Give these flags, or run `axure-lifecycle init` at a terminal, which asks for what is missing.",
                ]
            )
        )


class InitLeft(LifecycleError):
    """The person ended the questions."""

    code = "init_left"

    def __init__(self) -> None:
        super().__init__("No configuration was written: the questions were left unanswered. Run init again.")


class Asked(NamedTuple):
    """One question."""

    key: str
    """The setting's name in `[organization]`."""
    flag: str
    text: str
    choices: Mapping[str, str] = {}
    """Word → what it means; empty for free text."""
    unsure: str = ""
    """For whoever does not know: how to find out, and what happens until then."""


QUESTIONS: Final = (
    Asked("name", "--organization", "What do people call your organisation?"),
    Asked(
        "deployment",
        "--deployment",
        "Who hosts Cloud for Business?",
        {"private_instance": "Axure, normally as something.axure.cloud", "on_premises": "you, on a host of your own"},
    ),
    Asked("host", "--host", "On which host (as in acme.axure.cloud)?"),
    Asked(
        "sign_in",
        "--sign-in",
        "How do people sign in there?",
        {
            "password": "with a password that Axure keeps",
            "saml": "SAML single sign-on",
            "ldap": "AD or another LDAP server, on-premises only",
        },
    ),
    Asked(
        "idp",
        "--idp",
        "Which directory knows your people?",
        {
            "okta": "Okta",
            "entra": "Microsoft Entra ID",
            "google": "Google Workspace",
            "other": "another one, or a list",
        },
    ),
    Asked(
        "screens",
        "--screens",
        "Which screens does your server show to an admin?",
        {
            "new": "sidebar, ••• beside the organisation › Organization settings and members",
            "mid": "avatar › Admin Settings › Manage Accounts",
            "old": "Admin Settings, bottom left",
            "2017": "Setup › Add Accounts",
        },
        "Not sure? Sign in to the server as an admin and look which of these ways is there: nobody can tell from "
        "outside. If you cannot look now, take the likeliest and correct it in config.toml later; until then the "
        "places in plans may differ from what you see, and a plan is read before anything is clicked.",
    ),
    Asked("operator", "--operator", "Your own e-mail address? What you confirm at this terminal is recorded under it."),
    Asked("time_zone", "--time-zone", "In which time zone does a date on a roster begin?"),
)
_DO_NOT_KNOW: Final = frozenset({"", "unknown", "dontknow", "idontknow", "donotknow", "idonotknow", "notsure", "help"})
"""Letters of what people type who do not know; a question mark has none."""
FLAGS: Final = {asked.key: asked.flag for asked in QUESTIONS}


def describe(given: Mapping[str, str | None], home: Path, *, replace: bool) -> Organization:
    """The organisation from flags, and from answers where a person can be asked.

    Raises `ConfigurationExists` before anything is asked, `InitRefused` with every mistake, `InitLeft`.
    """
    file = home / CONFIGURATION_FILE
    if file.exists() and not replace:
        raise ConfigurationExists(file)
    answers = {key: tidy(key, value) for key, value in given.items() if value is not None}
    mistakes = _mistakes_in(answers)
    wrong = tuple(one for one in mistakes if one.key in answers)
    if mistakes and (wrong or not is_attended()):
        raise InitRefused(mistakes if not is_attended() else wrong)
    zone = find_time_zone()
    if mistakes:
        for asked in QUESTIONS:
            if asked.key not in answers:
                answers[asked.key] = _ask(asked, answers, default=(zone or "UTC") if asked.key == "time_zone" else None)
        if together := _mistakes_in(answers):
            raise InitRefused(together)
    elif zone is not None:
        answers.setdefault("time_zone", zone)
    return describe_organization(answers)


def tidy(key: str, answer: str) -> str:
    """An answer as the configuration wants it: a host out of an address that was copied, a word in any case.

    >>> tidy("host", "https://Acme.axure.cloud/login"), tidy("idp", "Okta"), tidy("deployment", "On-premises")
    ('acme.axure.cloud', 'okta', 'on_premises')
    """
    if key == "host":
        return re.sub(r"^https?://", "", answer.strip().lower()).partition("/")[0]
    word = re.sub(r"[\s-]+", "_", answer.strip().lower())
    return word if any(asked.key == key and word in asked.choices for asked in QUESTIONS) else answer


def _mistakes_in(answers: Mapping[str, str]) -> tuple[Mistake, ...]:
    found: tuple[Mistake, ...] = ()
    try:
        describe_organization(answers)
    except ConfigurationBroken as broken:
        found = broken.mistakes
    host = answers.get("host", "")
    is_hosted = answers.get("deployment") == Deployment.PRIVATE_INSTANCE
    if is_hosted and host and "." not in host and all(one.key != "host" for one in found):
        expected = "the host's full name, as in acme.axure.cloud"
        found += (Mistake("host", f'found "{shown(host, 60)}"', expected),)
    return found


def _ask(asked: Asked, answers: Mapping[str, str], *, default: str | None) -> str:
    show(asked.text)
    words = list(asked.choices)
    for number, (word, meaning) in enumerate(asked.choices.items(), 1):
        show(f"  {number}  {word} – {meaning}")
    hint = " (a number or a word)" if words else f" [{default}]" if default else ""
    if asked.unsure:
        show(wrapped(asked.unsure, screen()))
    while True:
        typed = read_line(f"{asked.flag}{hint}: ")
        if typed is None:
            raise InitLeft
        if asked.unsure and re.sub(r"\W+", "", typed.lower()) in _DO_NOT_KNOW:
            show(wrapped(asked.unsure, screen()))
            continue
        answer = tidy(asked.key, typed or default or "")
        if answer not in words and answer.isdecimal() and 1 <= int(answer) <= len(words):
            answer = words[int(answer) - 1]
        mistake = next((one for one in _mistakes_in({**answers, asked.key: answer}) if one.key == asked.key), None)
        if mistake is None:
            return answer
        show(f"That does not fit: {mistake.found}; expected {mistake.expected}.")


def find_time_zone(environment: Mapping[str, str] = os.environ, etc: Path = Path("/etc")) -> str | None:
    """The IANA name of this machine's time zone: from TZ, else from where /etc/localtime points; None when unknown."""
    candidates = [environment.get("TZ", "").removeprefix(":")]
    _, found, name = str((etc / "localtime").resolve()).partition("/zoneinfo/")
    candidates.append(name if found else "")
    for candidate in candidates:
        try:
            if candidate:
                return ZoneInfo(candidate).key
        except (ValueError, OSError, LookupError):
            continue
    return None


def _summary(organization: Organization) -> Iterator[tuple[str, str]]:
    """Every answer that was written, by the name of its setting, with what a word means."""
    for asked in QUESTIONS:
        value = organization.time_zone.key if asked.key == "time_zone" else str(getattr(organization, asked.key))
        meaning = asked.choices.get(value)
        yield asked.key, f"{value} – {meaning}" if meaning else value


def tell_next_steps(shell: Shell, home: Path, organization: Organization, *, replace: bool) -> None:
    """Write the configuration, and say where it is and what comes next.

    Raises `ConfigurationExists`, `HomeUnusable`.
    """
    file = write_configuration(home, organization, replace=replace)
    commands = {
        "import members FILE": f"the members page of {organization.host}, copied into a file",
        "import seats FILE": "the subscriptions of the License Portal",
        "import directory FILE": "your directory: a table, or user objects from Okta or Graph",
    }
    lines = [shell.words.line(command) for command in commands]
    if shell.wants_json:
        tell(json.dumps({"configuration": str(file), "time_zone": organization.time_zone.key, "next": lines}, indent=2))
    else:
        width = max(map(len, lines))
        tell(f"Written: {file}. The store will lie beside it.")
        for asked, value in _summary(organization):
            tell(f"  {asked:<15} {value}")
        tell("If something is wrong there, edit the file, or repeat init with --replace.")
        tell("Next, bring three lists, then compare them; begin with the first:")
        for line, meaning in zip(lines, commands.values(), strict=True):
            tell(f"  {line:<{width}}  {meaning}")
        tell(f"  {shell.words.line('discrepancies')}")
    for sentence in looseness(home):
        say(sentence)

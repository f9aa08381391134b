"""Where the store is said to be, and that its password stays out of every text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from axure_lifecycle.config import (
    Configuration,
    ConfigurationBroken,
    load_configuration,
    redacted,
    write_configuration,
)
from axure_lifecycle.domain.organization import Organization

SECRET = "hunter2"
POSTGRES = f"postgresql+psycopg://lifecycle:{SECRET}@db.acme.example/lifecycle"

Keep = Callable[..., Configuration]


@pytest.fixture
def keep(home: Path) -> Keep:
    """Loads the home's configuration with these lines under [store], and this environment."""

    def keep(store: str, **environment: str) -> Configuration:
        text = (home / "config.toml").read_text(encoding="utf-8")
        (home / "config.toml").write_text(text.replace("[store]\n", f"[store]\n{store}\n"), encoding="utf-8")
        return load_configuration(home, environment)

    return keep


def sentences(keep: Keep, store: str, **environment: str) -> list[str]:
    """Every mistake that these lines are told."""
    with pytest.raises(ConfigurationBroken) as refusal:
        keep(store, **environment)
    return [mistake.sentence for mistake in refusal.value.mistakes]


def test_a_home_with_odd_letters_has_its_store_inside(tmp_path: Path, organization: Organization) -> None:
    home = tmp_path / "ho?me #1 50%"
    write_configuration(home, organization)
    assert load_configuration(home).store_file == home / "store.sqlite"


def test_a_store_file_may_stand_elsewhere(keep: Keep) -> None:
    assert keep('url = "sqlite:////srv/lifecycle/store.db?timeout=5"').store_file == Path("/srv/lifecycle/store.db")


def test_a_password_is_in_the_url_and_in_no_representation(keep: Keep) -> None:
    configuration = keep(f'url = "{POSTGRES}"')
    assert configuration.store_url == POSTGRES
    assert configuration.store_file is None
    assert SECRET not in repr(configuration)
    assert SECRET not in str(configuration)


def test_the_url_can_stand_in_the_environment(keep: Keep) -> None:
    assert keep('url_env = "STORE"', STORE=POSTGRES).store_url == POSTGRES


def test_the_url_can_stand_in_a_file(keep: Keep, tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"{POSTGRES}\n")
    assert keep(f'url_file = "{tmp_path}/url"').store_url == POSTGRES


def test_a_reference_that_leads_nowhere_is_named(keep: Keep) -> None:
    assert sentences(keep, 'url_env = "STORE"\nurl_file = "/no/url"') == [
        "store.url_env: STORE is not set; expected the name of an environment variable that is set.",
        'store.url_file: "/no/url" cannot be read (No such file or directory); expected a file with the URL in it.',
        "store.url_file: found beside url_env; expected only one of url, url_env and url_file.",
    ]


@pytest.mark.parametrize(
    "store",
    [
        f'url = "postgres://lifecycle:{SECRET}@db.acme.example/lifecycle"',
        f'url = "lifecycle:{SECRET}@db.acme.example"',
        f'url = ["{POSTGRES}"]',
        f'url_env = "{POSTGRES}"',
        f'url_file = "{POSTGRES}"',
        'url_env = "STORE"',
        f'[[seat_prices]]\nedition = {{ url = "{POSTGRES}" }}',
        f'[[seat_prices]]\ncurrency = "{POSTGRES}"',
        f'[rosters]\nmembers = "{POSTGRES}"',
        f'[policies]\nnon_personal = ["{POSTGRES}"]',
        f'password = "{SECRET}"',
        f'host = "{POSTGRES}"',
    ],
)
def test_no_mistake_repeats_a_secret(keep: Keep, store: str) -> None:
    wrong = f"mysql://lifecycle:{SECRET}@db.acme.example"
    assert SECRET not in "".join(sentences(keep, store, STORE=wrong))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////srv/home/store.sqlite", "sqlite:////srv/home/store.sqlite"),
        ("postgresql+psycopg://a:p@h/d", "postgresql+psycopg://a:***@h/d"),
        ("postgresql+psycopg://a:p@ss/w:rd@h/d", "postgresql+psycopg://a:***@h/d"),
        ("postgresql+psycopg://a@h/d", "postgresql+psycopg://a@h/d"),
        ("postgresql+psycopg://h:5432/d", "postgresql+psycopg://h:5432/d"),
        ("postgresql+psycopg://h/d?user=a&password=p&a=b", "postgresql+psycopg://h/d?user=a&password=***&a=b"),
        ("no url at all", "***"),
    ],
)
def test_a_url_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert redacted(url) == shown


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///store.sqlite", "postgresql://h/d"])
def test_a_store_that_nothing_can_be_kept_in_is_refused(keep: Keep, url: str) -> None:
    (sentence,) = sentences(keep, f'url = "{url}"')
    assert sentence.startswith(f'store.url: found "{url}"; expected sqlite:///ABSOLUTE/PATH or postgresql+psycopg://')

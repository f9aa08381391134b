"""The page about a server for a team and the server mean the same."""

import re
from pathlib import Path

import pytest

from axure_lifecycle.config import load_configuration, write_configuration
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle.web import issuer_keys, letting_in, patience, remembered, serving, streams
from axure_lifecycle.web.console import arriving
from tests.web.serving import configure

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "serving.md"


@pytest.mark.parametrize("page", [PAGE, ROOT / "README.md"], ids=lambda page: str(page.name))
def test_a_table_that_is_shown_can_be_loaded(page: Path, organization: Organization, tmp_path: Path) -> None:
    (table,) = re.findall(r"```toml\n\[serve\]\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    write_configuration(tmp_path, organization)
    configure(tmp_path, table)
    serving = load_configuration(tmp_path, {}).serving
    assert (serving.public_url, serving.takes_tokens, serving.workers) == ("https://lifecycle.acme.example", True, 4)
    assert (serving.issuer is not None) == (page == PAGE)


def test_the_numbers_of_the_page_are_those_of_the_product() -> None:
    text = " ".join(PAGE.read_text("utf-8").split())
    assert (remembered.REMEMBERED_SECONDS, issuer_keys.FRESH_SECONDS, issuer_keys.STALE_SECONDS) == (2, 300, 3600)
    assert "after two seconds at most" in text
    assert "Keys are kept for five minutes" in text
    assert "known keys serve for an hour" in text
    assert (issuer_keys.PAUSE_SECONDS, streams.LONGEST_SECONDS) == (1, 900)
    assert "once a second at most" in text
    assert "ends after a quarter of an hour" in text
    assert (patience.HEAD_SECONDS, patience.BODY_SECONDS, letting_in.FAILURES_A_MINUTE) == (10, 60, 60)
    assert "longer than 10 seconds for the head of a request, or 60 for its body" in text
    assert "more than 60 requests a minute at `/mcp` from one address that name nobody" in text
    assert (patience.WRITE_SECONDS, arriving.LARGEST_FORM, issuer_keys.MOMENT_SECONDS) == (60, 65_536, 0.5)
    assert "or that take nothing of an answer for 60" in text
    assert "nobody brings more than 64 KiB" in text
    assert "waits half a second for it at most" in text
    assert (serving.GRACE_SECONDS, serving.GRACE_SECONDS + serving.LAST_SECONDS, serving.MOST_CONNECTIONS) == (
        20,
        25,
        2000,
    )
    assert "calls in flight get 20 seconds. What takes longer is cut off after 25" in text
    assert "it takes 2,000 a worker" in text

"""The page about roles says what the catalog says, and what is configured as it says can be read."""

import re
from pathlib import Path

from axure_lifecycle.config import load_configuration
from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.holdings import Strength
from axure_lifecycle.mcp_server.page_tools import PAGE_VERBS
from axure_lifecycle.playbooks import shipped_steps
from axure_lifecycle_tools.catalog import BY_NAME, CATALOG
from tests.config.acme import ACME

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "roles.md").read_text("utf-8")


def matrix() -> list[list[str]]:
    """The rows of the table, its head first."""
    table = PAGE.partition("<!-- roles: compared with the catalog by a test -->\n")[2].partition("<!-- /roles -->")[0]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_the_matrix_of_roles_and_tools_is_the_catalogs() -> None:
    head, _, *rows = matrix()
    assert head == ["tool", *Role]
    assert rows == [[verb.name, *("yes" if role in verb.allowed else "–" for role in Role)] for verb in CATALOG]


def test_what_a_client_keeps_for_the_page_goes_as_the_page_says() -> None:
    assert "`show_question` and `answer_question`" in PAGE
    allowed = {verb.name: verb.allowed for verb in (*PAGE_VERBS, BY_NAME["record_step"])}
    assert allowed.keys() == {"show_question", "answer_question", "record_step"}
    assert len(set(allowed.values())) == 1


def test_every_role_is_explained() -> None:
    table = PAGE.partition("## Roles")[2].partition("<!-- roles")[0]
    assert re.findall(r"(?m)^\| (\w+) \|", table) == ["role", *Role]


def test_what_the_page_configures_can_be_read(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "config.toml").write_text(ACME + block, encoding="utf-8")
    demands = load_configuration(tmp_path, {}, known_steps=shipped_steps).policy.demands
    assert demands.steps == {"deactivate": Strength.SECOND_FACTOR, "approval": Strength.SECOND_FACTOR}

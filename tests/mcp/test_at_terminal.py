"""What a person is to type at a terminal is told as it is typed beside this server."""

from pathlib import Path

from anyio.from_thread import BlockingPortal
from mcp.client import Client
from mcp.types import TextContent

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import TOOLSETS, write_configuration
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle.mcp_server.at_terminal import Typed
from axure_lifecycle.mcp_server.server import build_server

MEMBERS = "Name,Email,Status\nAna Berg,ana@heron.example,Active\naxure-lifecycle sources,x@heron.example,Active\n"
BY_UV = Typed("uv run --directory '/srv/our product' axure-lifecycle", "/srv/home")


def told(home: Path, portal: BlockingPortal, typed: Typed, *calls: tuple[str, dict[str, object]]) -> list[str]:
    """The texts of the answers, data included."""

    async def talk() -> list[str]:
        workshop = Workshop(home)
        server = build_server(workshop.desk_for_client, toolsets=TOOLSETS, reads_only=False, typed=typed)
        texts: list[str] = []
        async with Client(server) as client:
            for tool, arguments in calls:
                result = await client.call_tool(tool, arguments)
                texts += [part.text for part in result.content if isinstance(part, TextContent)]
                texts.append(str(result.structured_content))
        workshop.close()
        return texts

    return portal.call(talk)


def test_a_command_is_told_as_it_is_typed_here_and_finds_this_servers_home(
    tmp_path: Path, portal: BlockingPortal, organization: Organization
) -> None:
    write_configuration(tmp_path / "home", organization)
    line = "uv run --directory '/srv/our product' axure-lifecycle --home /srv/home"

    (text, data, *_) = told(tmp_path / "home", portal, BY_UV, ("find_discrepancies", {}))

    assert f"`{line} import members FILE`" in text
    assert "import members FILE" in data
    assert "/srv/our product" in data


def test_a_refusal_tells_it_as_well(tmp_path: Path, portal: BlockingPortal) -> None:
    (text, *_) = told(tmp_path / "home", portal, BY_UV, ("list_sources", {}))

    assert "`uv run --directory '/srv/our product' axure-lifecycle init --home " in text


def test_names_from_outside_stay_as_they_are(
    tmp_path: Path, portal: BlockingPortal, organization: Organization
) -> None:
    write_configuration(tmp_path / "home", organization)
    first: tuple[str, dict[str, object]] = ("import_roster", {"kind": "members", "text": MEMBERS})
    preview = told(tmp_path / "home", portal, Typed(), first)[1]
    digest = preview.partition("'digest': '")[2][:64]

    texts = told(
        *(tmp_path / "home", portal, BY_UV),
        ("import_roster", {"kind": "members", "digest": digest}),
        ("check_user", {"person": "x@heron.example"}),
        ("list_users", {}),
    )

    assert "/srv/our product" in texts[0]
    assert any("axure-lifecycle sources" in text for text in texts)
    assert not any("axure-lifecycle --home /srv/home sources" in text for text in texts)


def test_where_uv_started_it_out_of_a_checkout_that_is_named() -> None:
    checkout = Path(__file__).resolve().parents[2]

    assert Typed.here(None, {"UV_RUN_RECURSION_DEPTH": "1"}).say("`axure-lifecycle confirm R-1`") == (
        f"`uv run --directory {checkout} axure-lifecycle confirm R-1`"
    )
    assert Typed.here(None, {}).is_plain

"""Every command of every page is typed by a test, or stands in the list of those that are not, with a reason."""

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from axure_lifecycle.app import Workshop
from axure_lifecycle.ports import Page
from tests.cli.conftest import DAY, DIRECTORY, FLAGS, MEMBERS, SEATS, bring, initialize
from tests.cli.processes import Ended, attend, run
from tests.docs.commands import DOCS, PAGES, ROOT, commands_of, not_run
from tests.docs.running import Said, blocks_of, follow, type_line

JOBS: Final = sorted((DOCS / "howto").glob("*.md"))
FOLLOWED: Final = (
    DOCS / "tutorial.md",
    *JOBS,
    *(DOCS / f"{name}.md" for name in ("backup", "erasure", "reports", "reviews", "roles", "serving")),
)
"""Whose shell blocks are typed in their order; those of the tutorial and of the jobs in test_pages.py."""
BY_THEMSELVES: Final = (ROOT / "README.md", DOCS / "audit.md")
"""Whose shell blocks test_readme.py and test_audit.py type."""


def shell_lines(page: Path) -> set[str]:
    """The lines of a page's shell blocks."""
    blocks = [block for block in blocks_of(page) if block.kind == "sh"]
    return {line for block in blocks for line in block.text.splitlines() if line.strip()}


# -- pages whose commands come in an order -----------------------------------------------------------------------------


def stage_of_three(folder: Path, template: Path) -> None:
    """A home with three members, of whom Ana has left, and their files beside it."""
    shutil.copytree(template, folder / "home")
    for name, content in (("members", MEMBERS), ("seats", SEATS), ("directory", DIRECTORY)):
        (folder / f"{name}.csv").write_text(content, "utf-8")


def stage_without_ana(folder: Path, template: Path) -> None:
    """The newest lists know Ana no more."""
    stage_of_three(folder, template)
    for name in ("members", "seats", "directory"):
        file = folder / f"{name}.csv"
        lines = file.read_text("utf-8").replace("bo@acme.example,ana@acme.example", "bo@acme.example,").splitlines()
        file.write_text("\n".join([*(line for line in lines if "ana@" not in line), ""]), "utf-8")
        bring(folder / "home", name, file)


def stage_of_four(folder: Path, template: Path) -> None:
    """A home with four members."""
    del template
    home = initialize(folder / "home")
    (folder / "members.csv").write_text(f"{MEMBERS}Ada Lund,ada@acme.example,Member,Active,Yes\n", "utf-8")
    (folder / "directory.csv").write_text(f"{DIRECTORY}ada@acme.example,Ada Lund,ACTIVE,,,person\n", "utf-8")
    bring(home, "members", folder / "members.csv")
    bring(home, "directory", folder / "directory.csv")


STAGES: Final[Mapping[str, Callable[[Path, Path], None]]] = {
    "backup": stage_of_three,
    "erasure": stage_without_ana,
    "reports": stage_of_three,
    "reviews": stage_of_four,
    "roles": stage_of_three,
}


@pytest.mark.parametrize("name", STAGES)
def test_the_commands_of_a_page_run_in_their_order(name: str, small_template: Path, tmp_path: Path) -> None:
    STAGES[name](tmp_path, small_template)
    said = follow(DOCS / f"{name}.md", tmp_path, leaving_out=not_run())
    assert said
    assert [one for one in said if one.code != 0] == []


def test_the_commands_for_a_server_run_up_to_serving_and_the_store_moves(tmp_path: Path, fresh_postgres: str) -> None:
    here = {
        "axure-lifecycle init": f"axure-lifecycle init {' '.join(FLAGS)}",
        "/var/lib/axure-lifecycle": str(tmp_path / "home"),
        "postgresql://lifecycle@db.acme.example/lifecycle": fresh_postgres,
    }
    said = follow(DOCS / "serving.md", tmp_path, leaving_out=not_run(), here=here)
    assert [(one.line.split()[1], one.code) for one in said] == [("init", 0), ("token", 0), ("db", 0)]


# -- commands in sentences, in timers and in units ---------------------------------------------------------------------


class Typed(NamedTuple):
    """A command as a page writes it, and what stands for its parts here."""

    line: str
    here: Mapping[str, str] = {}
    before: Callable[[Path], None] | None = None
    """What has to happen first."""
    codes: tuple[int, ...] = (0,)


def name_newest_source(folder: Path) -> str:
    """Of the newest import."""
    with closing(Workshop(folder / "home")) as workshop, workshop.store().reading() as view:
        return view.sources(Page(1))[0][0].name


def done(ended: Ended) -> None:
    """Nothing stood in the way."""
    assert ended.code == 0, ended


def open_ana(folder: Path) -> None:
    """Open her case, and let a script say that she is off."""
    home = folder / "home"
    done(attend("open", "ana@acme.example", "--reason", "HR-1142", home=home, agrees=True))
    for step in ("hand-over-workspaces", "move-private-workspace"):
        done(attend("record", "C-1", step, "done", home=home, agrees=True))
    done(run("record", "C-1", "deactivate", "done", home=home))


def let_kim_sit_there(folder: Path) -> None:
    """Policy wants a second person, somebody asks for a case, and a second person sits down."""
    file = folder / "home" / "config.toml"
    text = file.read_text("utf-8").replace("# reasons = []", 'reasons = ["licence_owner"]')
    file.write_text(text, "utf-8")
    words = ("open", "bo@acme.example", "--operation", "change-role", "--role", "admin", "--reason", "HR-7")
    done(attend(*words, home=folder / "home", agrees=True))
    file.write_text(text.replace("pat@acme.example", "kim@acme.example"), "utf-8")


def keep_a_checkpoint(folder: Path) -> None:
    """A key, a signed head, and a bare one."""
    home = folder / "home"
    done(run("audit", "checkpoint", str(folder / "checkpoint.json"), home=home))


def have_clients(folder: Path) -> None:
    """Where two clients keep their settings, once they were started."""
    for place in (folder / ".cursor", folder / ".config" / "Claude"):
        place.mkdir(parents=True)


def let_okta_push(folder: Path) -> None:
    """An identity provider may push."""
    with (folder / "home" / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[scim.idps]]\nname = "okta-push"\nkind = "okta"\n')


AGAIN: Final = "members again.csv --complete"
ONE_HOME: Final = (
    Typed("axure-lifecycle doctor"),
    Typed("axure-lifecycle sync"),
    Typed("axure-lifecycle sync --json"),
    Typed("axure-lifecycle --home %h/axure-lifecycle sync", {"%h/axure-lifecycle": "home"}),
    Typed("axure-lifecycle sources"),
    Typed("axure-lifecycle import … --yes", {"…": AGAIN}),
    Typed("axure-lifecycle confirm R-7", {"R-7": "NEWEST"}),
    Typed("axure-lifecycle confirm C-1 deactivate", before=open_ana),
    Typed("axure-lifecycle ticket C-1 HR-1142"),
    Typed("axure-lifecycle run", codes=(10,)),
    Typed(
        "axure-lifecycle run --home /var/lib/axure-lifecycle --json", {"/var/lib/axure-lifecycle": "home"}, codes=(10,)
    ),
    Typed("axure-lifecycle approve C-1", {"C-1": "C-2"}, before=let_kim_sit_there),
    Typed("axure-lifecycle report KIND --as-of DAY", {"KIND": "leavers", "DAY": DAY}),
    Typed("axure-lifecycle audit key"),
    Typed(
        "axure-lifecycle audit verify --checkpoint FILE --public-key KEY",
        {"FILE": "checkpoint.json", "KEY": "PUBLIC"},
        before=keep_a_checkpoint,
    ),
    Typed("axure-lifecycle audit verify --head HASH", {"HASH": "HEAD"}),
    Typed("axure-lifecycle audit verify"),
    Typed("axure-lifecycle backup FILE", {"FILE": "all.zip"}),
    Typed("axure-lifecycle install CLIENT", {"CLIENT": "cursor"}, before=have_clients),
    Typed("uv run axure-lifecycle install claude-desktop"),
    Typed("axure-lifecycle scim token create okta-push", before=let_okta_push),
    Typed("axure-lifecycle scim waiting"),
    Typed("axure-lifecycle scim aside"),
    Typed("axure-lifecycle doctor scim", codes=(1,)),  # it has no address from outside
)
"""In an order in which they can be typed on one home."""


def test_the_commands_in_sentences_timers_and_units_run(small_template: Path, tmp_path: Path) -> None:
    stage_of_three(tmp_path, small_template)
    (tmp_path / "again.csv").write_text(MEMBERS.replace("Kai Brandt", "Kai B."), "utf-8")
    with (tmp_path / "home" / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[directories]]\nname = "staff"\nkind = "file"\nstill_seconds = 0\n')
        file.write(f'path = "{tmp_path / "directory.csv"}"\n')
    found: dict[str, Said] = {}
    for typed in ONE_HOME:
        if typed.before is not None:
            typed.before(tmp_path)
        here = {**typed.here, "NEWEST": name_newest_source(tmp_path)}
        if "HEAD" in here.values() or "PUBLIC" in here.values():
            here["HEAD"] = run("audit", "verify", "--json", home=tmp_path / "home").answer["head"]
            here["PUBLIC"] = run("audit", "key", "--json", home=tmp_path / "home").answer["public_key"]
        said = found[typed.line] = type_line(typed.line, tmp_path, here=here)
        assert said.code in typed.codes, said


def test_every_command_of_every_page_is_typed_or_listed_with_a_reason() -> None:
    listed = not_run()
    in_order = {line for page in (*FOLLOWED, *BY_THEMSELVES) for line in shell_lines(page)} - listed.keys()
    typed = in_order | {one.line for one in ONE_HOME}
    on_pages = {command for page in PAGES for command in commands_of(page)}
    assert on_pages - typed - listed.keys() == set()
    assert listed.keys() - on_pages == set(), "no page says that any more"
    assert listed.keys() & {one.line for one in ONE_HOME} == set()
    assert all(len(why) > 5 for why in listed.values())

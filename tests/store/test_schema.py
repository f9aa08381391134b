"""The tables: made by migrations that add up, by whoever comes first, and refused when they are newer."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from axure_lifecycle import store as store_room
from axure_lifecycle.store import open_store, schema
from axure_lifecycle.store.migrating import VERSIONS
from axure_lifecycle.store.refusals import StoreTooNew
from tests.store.desk import MEMBERS, Desk, SetClock, member

WRITER = Path(__file__).parent / "write_records.py"


def test_the_tables_are_the_sum_of_the_migrations(desk: Desk) -> None:
    with desk.store.reading():
        pass
    engine = create_engine(desk.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, schema.metadata)
    engine.dispose()
    assert differences == []


def test_the_newest_version_is_the_head_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(store_room.__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    assert [script.revision for script in scripts.walk_revisions()] == list(reversed(VERSIONS))


def test_every_id_of_a_removed_roster_is_gone_for_good(desk: Desk) -> None:
    first = desk.stage(MEMBERS, [member("a@acme.example")]).snapshot
    desk.clock.pass_by(hours=25)
    second = desk.stage(MEMBERS, [member("b@acme.example")]).snapshot
    assert second > first


def test_several_processes_make_one_store_at_the_same_time(url: str) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, str(WRITER), url, f"writer-{number}", "3"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    said = [writer.communicate(timeout=60) for writer in writers]
    assert said == [("1\n2\n3\n", "")] * 4
    with closing(open_store(url, SetClock())) as store, store.reading() as view:
        audit = view.verify_trail()
    assert (audit.holds, audit.records) == (True, 12)


@pytest.mark.parametrize("version", [f"{len(VERSIONS) + 1:04}", "9999"])
def test_a_store_of_a_newer_version_is_left_alone(desk: Desk, version: str) -> None:
    desk.bring(MEMBERS, [member("a@acme.example")])
    engine = create_engine(desk.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    engine.dispose()
    with (
        closing(open_store(desk.url, desk.clock)) as store,
        pytest.raises(StoreTooNew, match=f"has the version {version}, which a newer Axure Lifecycle wrote"),
        store.reading(),
    ):
        pass


def test_alembic_is_not_imported_for_a_store_that_is_there(desk: Desk) -> None:
    with desk.store.reading():
        pass
    look = (
        "import sys\n"
        "from tests.store.desk import SetClock\n"
        "from axure_lifecycle.store import open_store\n"
        f"with open_store({desk.url!r}, SetClock()).reading() as view:\n"
        "    view.verify_trail()\n"
        "print([name for name in ('alembic', 'sqlalchemy.orm', 'psycopg', 'pydantic') if name in sys.modules])\n"
    )
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=root)
    assert said.stdout.strip() == ("[]" if desk.url.startswith("sqlite") else "['psycopg']")

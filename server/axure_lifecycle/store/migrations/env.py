"""How Alembic meets a store: on the connection, and in the transaction, that the store gives it."""

from alembic import context

from axure_lifecycle.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
context.run_migrations()

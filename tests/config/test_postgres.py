"""The PostgreSQL that tests are given."""

from sqlalchemy import create_engine, text


def test_a_fresh_database_is_empty_and_another_one_each_time(postgres_url: str, fresh_postgres: str) -> None:
    assert fresh_postgres.startswith("postgresql+psycopg://")
    names: set[str] = set()
    for url in (postgres_url, fresh_postgres):
        engine = create_engine(url)
        with engine.begin() as connection:
            assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0
            names.add(str(connection.scalar(text("SELECT current_database()"))))
        engine.dispose()
    assert len(names) == 2

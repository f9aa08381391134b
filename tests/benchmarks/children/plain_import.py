"""What anybody would write: csv.reader and executemany into a table by address. `plain_import FILE DATABASE`."""

import csv
import json
import sqlite3
import sys


def main(file: str, database: str) -> int:
    """Returns how many rows the table holds."""
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE member (name TEXT, address TEXT PRIMARY KEY, role TEXT, status TEXT, sso TEXT)")
    with open(file, encoding="utf-8", newline="") as stream:  # noqa: PTH123 - it stays as plain as it can be
        rows = csv.reader(stream)
        next(rows)
        with connection:
            connection.executemany("INSERT INTO member VALUES (?, ?, ?, ?, ?)", rows)
    (held,) = connection.execute("SELECT count(*) FROM member").fetchone()
    connection.close()
    return int(held)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))

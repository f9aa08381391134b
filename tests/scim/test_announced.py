"""What the discovery endpoints announce is what happens."""

import uuid
from typing import Any

import pytest
from sqlalchemy import insert, select

from axure_lifecycle.store import SqlStore, schema
from tests.scim.pushing import BULK, USER, Idp

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


def test_no_answer_holds_more_people_than_are_announced_and_all_of_them_are_paged(idp: Idp, store: SqlStore) -> None:
    first = idp.create("first@acme.example", title="Lead")
    most = idp.get("/ServiceProviderConfig")["filter"]["maxResults"]
    with store.database.writing() as connection:
        row = dict(connection.execute(select(schema.scim_user)).mappings().one())
        ids = [str(uuid.uuid4()) for _ in range(most)]
        names = {one: f"p.{one}@acme.example" for one in ids}
        connection.execute(
            insert(schema.scim_user),
            [{**row, "id": one, **dict.fromkeys(("user_name", "user_name_key", "address"), names[one])} for one in ids],
        )
    for asked in ("", "?count=500", "?filter=title pr", "?filter=title pr&count=500", "?sortBy=userName&count=500"):
        page = idp.get(f"/Users{asked}")
        assert (page["totalResults"], page["itemsPerPage"], len(page["Resources"])) == (most + 1, most, most), asked
        rest = idp.get(f"/Users{asked}{'&' if asked else '?'}startIndex={most + 1}")
        found = {one["id"] for one in (*page["Resources"], *rest["Resources"])}
        assert (len(rest["Resources"]), found) == (1, {first, *ids}), asked
    searched = idp.post("/Users/.search", {"schemas": [SEARCH], "filter": "title pr", "count": 500})
    assert (searched["totalResults"], len(searched["Resources"])) == (most + 1, most)


@pytest.mark.parametrize(
    ("most", "done"),
    [
        (None, ["404", "201", "404", "201"]),
        (1, ["404"]),
        (2, ["404", "201", "404"]),
        (3, ["404", "201", "404", "201"]),
    ],
)
def test_a_bulk_request_ends_with_as_many_errors_as_it_bears(idp: Idp, most: int | None, done: list[str]) -> None:
    assert idp.get("/ServiceProviderConfig")["bulk"]["supported"] is True
    operations: list[dict[str, Any]] = [
        {"method": "DELETE", "path": "/Users/nobody"},
        {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"schemas": [USER], "userName": "a@acme.example"}},
        {"method": "DELETE", "path": "/Groups/nobody"},
        {"method": "POST", "path": "/Users", "bulkId": "b", "data": {"schemas": [USER], "userName": "b@acme.example"}},
    ]
    bears = {} if most is None else {"failOnErrors": most}
    answer = idp.post("/Bulk", {"schemas": [BULK], **bears, "Operations": operations})
    assert (answer.status, [one["status"] for one in answer["Operations"]]) == (200, done)
    assert idp.get("/Users")["totalResults"] == done.count(
        "201"
    )  # what came before stays, what would come after does not

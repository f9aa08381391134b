"""Several at once, and more than is taken."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from axure_lifecycle.store import SqlStore
from tests.scim.pushing import BULK, ERROR, USER, Idp, Reply, straight


def test_of_two_changes_of_the_same_version_at_once_exactly_one_counts(each_store: SqlStore) -> None:
    idp = straight(each_store)
    person = f"/Users/{idp.create('ana@acme.example')}"
    for version in range(1, 9):
        ready = Barrier(2)

        def change(title: str, version: int = version, ready: Barrier = ready) -> Reply:
            ready.wait()
            return idp.patch(person, {"op": "replace", "path": "title", "value": title}, If_Match=f'W/"{version}"')

        titles = [f"{version} {side}" for side in ("left", "right")]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(change, titles))
        assert sorted(answer.status for answer in answers) == [200, 412], version
        lost = next(answer for answer in answers if answer.status == 412)
        assert (lost["schemas"], lost["status"]) == ([ERROR], "412")
        won = next(title for title, answer in zip(titles, answers, strict=True) if answer.status == 200)
        read = idp.get(person)
        assert (read["title"], read.headers["ETag"]) == (won, f'W/"{version + 1}"')


def test_more_operations_than_are_taken_at_once_are_refused_whole(idp: Idp) -> None:
    gone = {"method": "DELETE", "path": "/Users/nobody"}
    made = {"schemas": [USER], "userName": "ana@acme.example"}

    def push(count: int) -> Reply:
        first = {"method": "POST", "path": "/Users", "bulkId": "b", "data": made}
        return idp.post("/Bulk", {"schemas": [BULK], "Operations": [first, *[gone] * (count - 1)]})

    most = idp.get("/ServiceProviderConfig")["bulk"]["maxOperations"]
    refused = push(most + 1)
    assert (refused.status, refused["schemas"], refused["status"]) == (413, [ERROR], "413")
    assert refused.headers["Content-Type"] == "application/scim+json"
    assert str(most) in refused["detail"]
    assert idp.get("/Users")["totalResults"] == 0
    taken = push(most)
    assert [one["status"] for one in taken["Operations"]] == ["201", *["404"] * (most - 1)]
    assert idp.get("/Users")["totalResults"] == 1

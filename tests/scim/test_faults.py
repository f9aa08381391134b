"""Whatever nobody foresaw is answered in the protocol, tells nothing of anybody, and is written down once."""

from typing import NoReturn, cast

import pytest

from axure_lifecycle.domain.holdings import Actor
from axure_lifecycle.ports import Store
from axure_lifecycle.store.refusals import StoreBusy
from tests.scim.pushing import BULK, ERROR, USER, Idp, straight

ANA = "ana@acme.example"
FAULTS: tuple[type[Exception], ...] = (ValueError, KeyError, TypeError, AssertionError, RecursionError, MemoryError)


class Stumbling:
    """A store that meets something which nobody foresaw, whatever is asked of it."""

    def __init__(self, fault: type[Exception]) -> None:
        self._fault = fault

    def reading(self) -> NoReturn:
        """Raises the fault."""
        raise self._fault(ANA)

    def writing(self, actor: Actor) -> NoReturn:
        """Raises the fault."""
        raise self._fault(ANA)


def idp_of(fault: type[Exception]) -> Idp:
    """An identity provider that pushes to such a store."""
    return straight(cast("Store", Stumbling(fault)))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_fault_that_nobody_foresaw_is_answered_in_the_protocol_and_logged_once_without_its_words(
    caplog: pytest.LogCaptureFixture, fault: type[Exception], method: str
) -> None:
    idp = idp_of(fault)
    answer = {
        "GET": lambda: idp.get("/Users/x"),
        "POST": lambda: idp.post("/Users", {"schemas": [USER], "userName": ANA}),
        "PUT": lambda: idp.put("/Users/x", {"schemas": [USER], "userName": ANA}),
        "PATCH": lambda: idp.patch("/Users/x", {"op": "add", "path": "title", "value": "Lead"}),
        "DELETE": lambda: idp.delete("/Users/x"),
    }[method]()
    assert (answer.status, answer["schemas"], answer["status"]) == (500, [ERROR], "500")
    assert answer.headers["Content-Type"] == "application/scim+json"
    [told] = caplog.messages
    assert told.startswith(f"A push met a {fault.__name__} in {'reading' if method == 'GET' else 'writing'}, line ")
    for word in (ANA, "Traceback", "/server/", fault.__name__):
        assert word not in str(answer.body)
    assert ANA not in caplog.text


def test_a_fault_in_one_operation_of_a_bulk_request_is_told_of_that_one_and_logged_once_each(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gone = {"method": "DELETE", "path": "/Users/x"}
    asked = {"schemas": [BULK], "Operations": [gone, gone]}
    done = idp_of(KeyError).post("/Bulk", asked)
    assert (done.status, [one["status"] for one in done["Operations"]]) == (200, ["500", "500"])
    assert [one["response"]["schemas"] for one in done["Operations"]] == [[ERROR]] * 2
    assert [message.partition(" in ")[0] for message in caplog.messages] == ["A push met a KeyError"] * 2
    assert ANA not in f"{done.body} {caplog.text}"


def test_a_store_that_cannot_be_used_for_the_moment_is_said_and_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    refusal = StoreBusy(ANA)
    idp = idp_of(StoreBusy)
    answer = idp.delete("/Users/x")
    assert (answer.status, answer.headers["Retry-After"], answer["detail"]) == (503, "5", refusal.sentence)
    done = idp.post("/Bulk", {"schemas": [BULK], "Operations": [{"method": "DELETE", "path": "/Users/x"}]})
    [one] = done["Operations"]
    assert (one["status"], one["response"]["detail"]) == ("503", refusal.sentence)
    assert caplog.messages == []

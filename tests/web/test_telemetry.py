"""Traces go where the usual variables say, with a span for a request and one for its tool, and with nobody's data."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from axure_lifecycle.domain.access import Role
from tests.web.conftest import make_home
from tests.web.serving import ask, give_token, serve, use


@contextmanager
def collecting() -> Generator[tuple[str, list[bytes]]]:
    """A collector of traces: its address, and what it was sent."""
    sent: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", sent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_request_and_its_tool_are_one_trace_without_anybodys_data(tmp_path: Path, client: httpx.Client) -> None:
    home, canary = tmp_path / "home", "cnry7f3a"
    make_home(home, "tokens = true\ntelemetry = true")
    token = give_token(home, f"{canary}@acme.example", Role.VIEWER)
    with collecting() as (place, sent), serve(home, environment={"OTEL_EXPORTER_OTLP_ENDPOINT": place}) as served:
        use(client, served.mcp, "check_user", token, person=f"{canary}@acme.example")
        use(client, served.mcp, "check_user", token, person=7)
        ask(
            client, f"{served.mcp}?q={canary}", "prompts/get", {"name": "offboard_person", "arguments": {}}, token=token
        )
        client.get(f"{served.url}/cases/{canary}")
        assert served.stop() == 0
        batches = [ExportTraceServiceRequest.FromString(body) for body in sent]
    spans = [span for batch in batches for each in batch.resource_spans for of in each.scope_spans for span in of.spans]
    names = {
        attribute.value.string_value
        for batch in batches
        for each in batch.resource_spans
        for attribute in each.resource.attributes
    }
    assert "axure-lifecycle" in names
    by_id = {span.span_id: span for span in spans}
    [tool, *_] = [span for span in spans if span.name == "tools/call check_user"]
    assert by_id[tool.parent_span_id].name == "POST /mcp"
    assert {"GET /cases/{case}", "prompts/get offboard_person"} <= {span.name for span in spans}
    for body in sent:
        assert canary.encode() not in body
        assert token.encode() not in body

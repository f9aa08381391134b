"""Pages for people: what waits for them, cases, confirmations, evidence, people, sources, the trail."""

from axure_lifecycle.web.console.site import build

__all__ = ["build"]

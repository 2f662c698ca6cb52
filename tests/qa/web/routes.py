"""All routes of the real app, and who may call them.

python -m tests.qa.web.routes    # writes docs/routes.md anew
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from starlette.routing import BaseRoute, Mount, WebSocketRoute

from qa.settings import Settings
from qa.slack.connection import SlackConnection
from qa.slack.credentials import Credentials
from qa.web.access.policy import rule_for
from qa.web.app import create_app
from tests.qa.web.scripted import Script
from tests.server import ROOT

TABLE = ROOT / "docs" / "routes.md"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
WHO = {"open": "anyone", "ask": "ask, edit", "edit": "edit", "closed": "nobody"}
HEAD = """# Who may call what

Every route of the running program, with the role that a key needs; `qa/web/access/policy.py` decides.
Without keys everybody on this machine, and nobody else, may do what `edit` may.
Any other path, and any other method, needs a key as well; what comes to `/slack/events` has to be signed by Slack.
Written by `python -m tests.qa.web.routes`.

| Route | Methods | Who |
|---|---|---|
"""


@dataclass(frozen=True, order=True)
class Served:
    """A path, with its parameters named, and a method that it answers."""

    path: str
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def example(self) -> str:
        """A path of it that can be asked for."""
        return re.sub(r"\{[^}]*\}", "x", self.path)

    @property
    def needed(self) -> str:
        return rule_for(self.method, self.example).needed


def served(app: Any) -> list[Served]:
    """Everything that an app serves, its mounts and included routers included."""
    return sorted({Served(path, method) for path, methods in _walk(app.routes, "") for method in methods})


def _walk(routes: Iterable[BaseRoute], prefix: str) -> Iterator[tuple[str, Iterable[str]]]:
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is not None:  # how FastAPI holds what was included
            yield from _walk(router.routes, prefix + cast(Any, route).include_context.prefix)
        elif isinstance(route, Mount):
            yield from (
                _walk(route.routes, prefix + route.path) if route.routes else [(f"{prefix}{route.path}/", METHODS)]
            )
        elif isinstance(route, WebSocketRoute):
            yield prefix + route.path, ["WEBSOCKET"]
        else:
            named = cast(Any, route)
            yield prefix + named.path, named.methods or METHODS


def table(app: Any) -> str:
    """The table, in Markdown; paths that are alike but for a last slash stand in one line."""
    methods: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in served(app):
        path = one.path if one.path in ("/", "/chat/") else one.path.rstrip("/")
        methods[path, WHO[one.needed]].add(one.method)
    rows = sorted(methods.items(), key=lambda row: (row[0][0], sorted(row[1])))
    lines = [f"| `{path}` | {', '.join(sorted(some - {'HEAD'} or some))} | {who} |\n" for (path, who), some in rows]
    return HEAD + "".join(lines)


def scripted_table() -> str:
    """The table of the app of a scripted service, with everything that can be set up."""
    script = Script()
    service = cast(Any, script)
    slack = SlackConnection(service, Settings.read(), Credentials("xoxb-…", "a secret", None))
    try:
        return table(create_app(service, slack=slack))
    finally:
        script.queue.close()


if __name__ == "__main__":
    TABLE.write_text(scripted_table(), encoding="utf-8")

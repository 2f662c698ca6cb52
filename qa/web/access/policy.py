"""Who may call what. The first line that fits a request decides; the last two fit everything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

Needed = Literal["open", "ask", "edit", "closed"]
"""open: no key; ask, edit: a key with that role, of which edit may ask, too; closed: nobody, whatever the key."""

Body = Literal["small", "file", "any"]
"""small: a question has room; file: the largest file has; any: the route itself reads it to its end, without keeping
what is too large, since a browser that is cut off does not read why."""

READ = frozenset({"GET", "HEAD", "OPTIONS"})
POST = frozenset({"POST"})
ANY = None


@dataclass(frozen=True)
class Rule:
    """What is needed for some methods (None: all) of some paths, in which * is a segment and ** any rest.

    A slash more at the end is the same path.
    """

    needed: Needed
    methods: frozenset[str] | None
    paths: tuple[str, ...]
    is_file: bool = False  # of the package, which costs nothing to send: not counted
    body: Body = "small"

    def fits(self, method: str, path: str) -> bool:
        """Whether it is about this request."""
        return (self.methods is None or method in self.methods) and any(
            _pattern(one).fullmatch(path) for one in self.paths
        )


CHAT = "/chat/gradio_api"
ASSETS = ("/chat/assets/**", "/chat/static/**", "/chat/theme.css")

POLICY = (
    # Open: nothing of a document, a question or an answer is in it. Slack signs what it sends.
    Rule("open", READ, ("/healthz", "/readyz", "/favicon.ico"), is_file=True),
    Rule("open", READ | POST, ("/sign-in",)),
    Rule("open", POST, ("/sign-out", "/slack/events")),
    # Asking, though it isn't GET. What these keep is what any question leaves behind: its answer, a rating.
    Rule("ask", POST, ("/api/v1/ask", "/api/v1/ask/stream", "/api/v1/verify", "/api/v1/feedback")),
    Rule("ask", POST, ("/v1/chat/completions",)),
    Rule("ask", POST | {"DELETE"}, ("/mcp",)),
    Rule("ask", POST, ("/evaluations",), body="any"),
    # Changing.
    Rule("edit", POST, ("/uploads",), body="any"),
    Rule("edit", POST, ("/api/v1/documents",), body="file"),
    # The chat: what its page and Gradio's clients use. `component_server` runs the functions that the page is given;
    # those that change something ask `callers.require_edit`.
    Rule("ask", READ, ASSETS, is_file=True),
    Rule("ask", READ, ("/chat", f"{CHAT}/app_id", f"{CHAT}/queue/data")),
    Rule("ask", READ, ("/chat/config", f"{CHAT}/info", f"{CHAT}/heartbeat/*")),
    Rule("ask", POST, (f"{CHAT}/component_server", f"{CHAT}/queue/join", f"{CHAT}/cancel")),
    Rule("ask", READ | POST, (f"{CHAT}/call/*", f"{CHAT}/call/*/*")),
    Rule("ask", READ, (f"{CHAT}/call/v2/*/*",)),
    # Gradio's own uploads, files, proxy, monitoring, logins and editor: nothing here uses them.
    Rule("closed", ANY, ("/chat/**",)),
    Rule("ask", READ, ("/**",)),
    Rule("edit", ANY, ("/**",)),
)


def rule_for(method: str, path: str) -> Rule:
    """The line that decides about a request; its path is the one that routes see."""
    return next(rule for rule in POLICY if rule.fits(method, path))


@cache
def _pattern(path: str) -> re.Pattern[str]:
    parts = ({"*": "[^/]+", "**": "(?s:.*)"}.get(part, re.escape(part)) for part in re.split(r"(\*+)", path))
    return re.compile("".join(parts) + "/?")

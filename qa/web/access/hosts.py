"""Under which names the server is asked: its own alone. Imports no library, so that the start stays light.

A page elsewhere whose name is made to lead to this machine (DNS rebinding) would count as ours to a browser. The name
it asks for gives it away, so it is looked at before anything else, on every route.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from qa.web.headers import ASGIApp, Receive, Scope, SecurityHeaders, Send
from qa.web.problems import Problem, refuse

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?", re.IGNORECASE)


class Hosts:
    """The names of a server: localhost, what loopback's numbers are, and those that are given.

    Args:
        allowed: further names.
        public_url: an address whose name is one of them.
        numbers: whether any IP address is one, too. A browser that shows one was led there by no name.
    """

    def __init__(self, allowed: Iterable[str] = (), public_url: str | None = None, numbers: bool = False) -> None:
        public = _name(urlsplit(public_url or "").netloc)
        self._names = {"localhost", public, *map(str.lower, allowed)}
        self._numbers = numbers

    def hold(self, host: str) -> bool:
        """Whether a Host header, with or without a port, is one of them."""
        name = _name(host)
        return name is not None and (name in self._names or self._holds_number(name))

    def _holds_number(self, name: str) -> bool:
        try:
            number = ip_address(name.strip("[]"))
        except ValueError:
            return False
        return self._numbers or number.is_loopback


class OwnHosts:
    """Refuses what is asked under another name, or under none."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(named) == 1 and self._hosts.hold(named[0]):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await SecurityHeaders(_refuse_host)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


def is_loopback(host: str) -> bool:
    """Whether listening on a host is listening to this machine alone."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return True  # it cannot be listened on at all, and that is what there is to say
    return all(ip_address(str(address[0]).partition("%")[0]).is_loopback for *_, address in found)


async def _refuse_host(scope: Scope, receive: Receive, send: Send) -> None:
    problem = Problem(421, "unknown_host", "Footnote is not known by this name: set FOOTNOTE_ALLOWED_HOSTS.")
    await refuse(problem, scope, send)


def _name(host: str) -> str | None:
    found = _HOST.fullmatch(host)
    return found[1].lower() if found else None

"""What a reverse proxy says of a request: its client, scheme and host; believed of known proxies, else dropped.

Gradio, too, looks at some of these headers, whoever sent them; so none is handed on.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Any, cast

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from qa.web.headers import ASGIApp, Receive, Scope, Send

CLAIMS = (b"x-forwarded-", b"x-gradio-server", b"forwarded")  # how they begin


class Forwarded:
    """Serves an app as a proxy's client sees it.

    Args:
        proxies: addresses and networks of the proxies that are believed.
        root_path: under which the proxy serves it; whether it cuts that off is the same.
    """

    def __init__(self, app: ASGIApp, proxies: Iterable[str] = (), root_path: str = "") -> None:
        self._app, self._root_path = app, root_path
        self._proxies = [ip_network(proxy) for proxy in proxies]
        self._with_client = ProxyHeadersMiddleware(cast(Any, self._serve), list(map(str, self._proxies)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = list(scope["headers"])
        if self._is_proxy(scope.get("client")):
            hosts = [value for name, value in headers if name == b"x-forwarded-host"]
            if hosts:  # the last is what the nearest proxy, the believed one, was asked for
                host = hosts[-1].split(b",")[-1].strip()
                headers = [(b"host", host), *(header for header in headers if header[0] != b"host")]
        await self._with_client(cast(Any, {**scope, "headers": headers}), cast(Any, receive), cast(Any, send))

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["headers"] = [header for header in scope["headers"] if not header[0].startswith(CLAIMS)]
        if self._root_path:
            path = scope["path"]
            is_whole = path == self._root_path or path.startswith(f"{self._root_path}/")
            whole = path if is_whole else self._root_path + path
            scope["path"] = f"{whole}/" if whole == self._root_path else whole
            scope["root_path"] = self._root_path
        await self._app(scope, receive, send)

    def _is_proxy(self, client: tuple[str, int] | None) -> bool:
        try:
            address = ip_address(client[0] if client else "")
        except ValueError:
            return False
        return any(address in network for network in self._proxies)

"""Starts the server: the port first, then a page, then everything else."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from ipaddress import ip_address
from typing import TYPE_CHECKING

from index.errors import FootnoteError
from index.ownership import Ownership
from qa.errors import WrongSetting
from qa.web.access.hosts import Hosts, OwnHosts, is_loopback
from qa.web.headers import ASGIApp
from qa.web.startup import Report, Startup
from qa.web.upkeep import settle, share_arenas

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.service import Footnote
    from qa.settings import Settings
    from qa.slack.connection import SlackConnection

# What takes long, imported one by one: told to stop, the program stops after the one it is at.
HEAVY = ("torch", "sentence_transformers", "chromadb")
# A page that is being answered holds a stream to Gradio; it needn't be waited for.
SECONDS_TO_LEAVE = 1


class KeysNeeded(WrongSetting):
    """Others could reach the server, and nothing would tell who may use it."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Listening on {host} lets others in, so it needs keys: set FOOTNOTE_API_KEYS=name:edit:key (any 16 or "
            "more characters as the key), or leave FOOTNOTE_HOST as it is."
        )


class CannotListen(FootnoteError):
    """The address cannot be served on."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        if error.errno == errno.EADDRINUSE:
            what = f"Port {port} on {host} is in use: stop what uses it, or choose another with FOOTNOTE_PORT."
        else:
            reason = error.strerror or str(error)
            what = f"Cannot listen on {host}, port {port} ({reason}): set FOOTNOTE_HOST and FOOTNOTE_PORT."
        super().__init__(what)
        self.host, self.port = host, port


def serve(settings: Settings) -> None:
    """Serves until the process is told to stop.

    Raises:
        FootnoteError: it cannot start (no keys, port or data folder in use, another model, ...).
    """
    began = time.monotonic()
    share_arenas()
    if not settings.api_keys and not is_loopback(settings.host):
        raise KeysNeeded(settings.host)
    listener = listen(settings.host, settings.port)
    address = _address(settings.host, listener)
    # Taken at once, so that no command opens it while the models are loaded; the library gets it then.
    owner = Ownership(settings.data, _address(_from_here(listener), listener))

    import uvicorn

    @asynccontextmanager
    async def opened(report: Report) -> AsyncIterator[ASGIApp]:
        async with _opened(settings, owner, report) as app:
            print(f"Ready after {time.monotonic() - began:.0f} s.", flush=True)
            yield app

    def stop() -> None:
        server.should_exit = True

    startup = Startup(opened, on_failure=stop)
    server = uvicorn.Server(
        uvicorn.Config(
            in_front(startup, settings),
            log_config=None,  # its lines are ours
            log_level="warning",
            access_log=False,
            proxy_headers=False,  # `Forwarded` reads them
            timeout_graceful_shutdown=SECONDS_TO_LEAVE,
        )
    )
    print(f"Footnote is at {address} (Ctrl+C stops it).", flush=True)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn hands it on after everything was closed
        return
    finally:
        owner.release()  # where it ended before the library had it
    if startup.problem:
        raise startup.problem


def in_front(app: ASGIApp, settings: Settings) -> ASGIApp:
    """An app that is asked under the server's own names alone, and as a reverse proxy's client asked."""
    from qa.web.access.forwarded import Forwarded

    names = (settings.host, *settings.allowed_hosts)
    hosts = Hosts(names, settings.public_url, numbers=not is_loopback(settings.host))
    return Forwarded(OwnHosts(app, hosts), settings.trusted_proxies, settings.root_path)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that nothing heavy is loaded for a port that is taken.

    Raises:
        CannotListen: the port is taken, or the host is not one of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise CannotListen(host, port, error) from error
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise CannotListen(host, port, error) from error
    return listener


@asynccontextmanager
async def _opened(settings: Settings, owner: Ownership, report: Report) -> AsyncIterator[ASGIApp]:
    for module in HEAVY:
        report("Loading the embedding model")
        await asyncio.to_thread(import_module, module)
    report("Opening your documents")
    service = await asyncio.to_thread(_open_service, settings, owner)
    try:
        report("Preparing the page")
        app = await asyncio.to_thread(_create_app, service, settings)
        await asyncio.to_thread(settle)
        async with app.router.lifespan_context(app):
            yield app
    finally:
        await asyncio.to_thread(service.close)


def _open_service(settings: Settings, owner: Ownership) -> Footnote:
    from qa.service import Footnote

    return Footnote.open(settings, owner=owner)


def _create_app(service: Footnote, settings: Settings) -> FastAPI:
    from qa.slack.credentials import Credentials
    from qa.slack.inbox import forget
    from qa.web.access.guard import Access
    from qa.web.app import create_app

    service.answers.on_forget(partial(forget, settings))
    slack: SlackConnection | None = None
    if credentials := Credentials.read():
        from qa.slack.connection import SlackConnection

        slack = SlackConnection(service, settings, credentials)
    return create_app(service, Access.of(settings), slack)


def _from_here(listener: socket.socket) -> str:
    """The number by which programs on this machine reach a listener, also one that listens everywhere.

    A server answers to any number that it listens on, not to any name.
    """
    bound = ip_address(listener.getsockname()[0])
    if not bound.is_unspecified:
        return str(bound)
    return "127.0.0.1" if bound.version == 4 else "::1"


def _address(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

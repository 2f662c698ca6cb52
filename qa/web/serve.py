"""Starts the server: the port first, then a page, then everything else."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from index.errors import FootnoteError
from index.ownership import Ownership
from qa.web.headers import ASGIApp
from qa.web.startup import Report, Startup

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.service import Footnote
    from qa.settings import Settings

# What takes long, imported one by one: told to stop, the program stops after the one it is at.
HEAVY = ("torch", "sentence_transformers", "chromadb")
# A page that is being answered holds a stream to Gradio; it needn't be waited for.
SECONDS_TO_LEAVE = 1


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
        FootnoteError: it cannot start (port or data folder in use, another model, ...).
    """
    began = time.monotonic()
    listener = listen(settings.host, settings.port)
    address = _address(settings.host, listener)
    # A folder in use is said at once. The library takes it for good, after the models are loaded.
    Ownership(settings.data, address).release()

    import uvicorn

    @asynccontextmanager
    async def opened(report: Report) -> AsyncIterator[ASGIApp]:
        async with _opened(settings, address, report) as app:
            print(f"Ready after {time.monotonic() - began:.0f} s.", flush=True)
            yield app

    def stop() -> None:
        server.should_exit = True

    startup = Startup(opened, on_failure=stop)
    server = uvicorn.Server(
        uvicorn.Config(startup, log_level="warning", access_log=False, timeout_graceful_shutdown=SECONDS_TO_LEAVE)
    )
    print(f"Footnote is at {address} (Ctrl+C stops it).", flush=True)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn hands it on after everything was closed
        return
    if startup.problem:
        raise startup.problem


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
async def _opened(settings: Settings, address: str, report: Report) -> AsyncIterator[ASGIApp]:
    for module in HEAVY:
        report("Loading the language model")
        await asyncio.to_thread(import_module, module)
    report("Opening your documents")
    service = await asyncio.to_thread(_open_service, settings, address)
    try:
        report("Preparing the page")
        app = await asyncio.to_thread(_create_app, service, settings)
        async with app.router.lifespan_context(app):
            yield app
    finally:
        await asyncio.to_thread(service.close)


def _open_service(settings: Settings, address: str) -> Footnote:
    from qa.service import Footnote

    return Footnote.open(settings, address=address)


def _create_app(service: Footnote, settings: Settings) -> FastAPI:
    from qa.slack.credentials import Credentials
    from qa.web.app import create_app

    if (credentials := Credentials.read()) is None:
        return create_app(service)
    from qa.slack.connection import SlackConnection

    return create_app(service, SlackConnection(service, settings, credentials))


def _address(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

"""`footnote mcp`: the tools over stdin and stdout, for a program that starts this one."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from qa.cli.backend import tools
from qa.cli.options import Data

if TYPE_CHECKING:
    from qa.mcp.backend import Backend


def mcp(data: Data = None) -> None:
    """Serve ask, search, verify and documents to an MCP client that has started this command."""
    with tools(data) as backend:
        import anyio

        anyio.run(_serve, backend)


async def _serve(opened: AbstractAsyncContextManager[Backend]) -> None:
    from qa.mcp.server import make_server

    async with opened as backend:
        await make_server(backend).run_stdio_async()

"""`footnote mcp`: the tools over stdin and stdout, for a program that starts this one."""

from __future__ import annotations

from qa.cli.options import Data, opened


def mcp(data: Data = None) -> None:
    """Serve ask, search, verify and documents to an MCP client that has started this command."""
    with opened(data) as footnote:
        import anyio

        from qa.mcp.backend import OpenFolder
        from qa.mcp.server import make_server

        anyio.run(make_server(OpenFolder(footnote)).run_stdio_async)

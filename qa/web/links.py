"""The absolute addresses of permalinks: under the public one if it is set, else as whoever asks reaches this server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.linking import links_under

if TYPE_CHECKING:
    from starlette.requests import Request

    from qa.linking import Link


def link_for(request: Request) -> Link:
    """What makes a citation's address for the client of a request."""
    public: str | None = request.app.state.public_url
    return links_under(public or str(request.base_url))

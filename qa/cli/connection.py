"""Requests to the server that has the data folder open, and what becomes of those that fail.

FootnoteError (index.errors)
└── ServerTrouble           the server does not do what was asked
    └── ServerRefused       it says why: `code` is for programs
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx

from index.errors import FootnoteError
from qa.errors import WrongSetting

# Seconds. A question can wait behind a full queue, and a language model can take minutes; a server that is gone shows
# at once.
LONGEST_ANSWER = 600.0
CONNECTING = 5.0
LOADING = 180.0  # a start takes 5 to 20 s on two free cores
BUSY = 300.0  # a queue of 32 questions takes seconds, a limit by the minute a minute


class ServerTrouble(FootnoteError):
    """The server that has the data folder does not do what was asked."""


class ServerRefused(ServerTrouble):
    """The server says why it doesn't."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


@dataclass(frozen=True, slots=True)
class Peer:
    """A server of this machine, and what is to be said of how it behaves."""

    address: str
    key: str | None = field(repr=False)

    def options(self) -> dict[str, Any]:
        """What a client of httpx is made with; proxies and certificates that the environment names are not for it.

        Raises:
            WrongSetting: the key cannot be one.
        """
        headers = {"accept": "application/json"}
        if self.key is not None:
            if not (self.key.isascii() and self.key.isprintable()):
                raise WrongSetting("FOOTNOTE_API_KEY holds characters that no key has: set it to the server's key.")
            headers["authorization"] = f"Bearer {self.key}"
        timeout = httpx.Timeout(LONGEST_ANSWER, connect=CONNECTING)
        return {"base_url": self.address, "headers": headers, "timeout": timeout, "trust_env": False}

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Around sending a request.

        Raises:
            ServerTrouble: in place of what httpx raised.
        """
        try:
            yield
        except httpx.ConnectError as error:
            raise ServerTrouble(
                f"The server at {self.address} has the data folder open but cannot be reached ({error}): restart it."
            ) from error
        except httpx.TimeoutException as error:
            raise ServerTrouble(
                f"The server at {self.address} does not answer: look at its log, or restart it."
            ) from error
        except httpx.TransportError as error:
            raise ServerTrouble(
                f"The server at {self.address} went away before it answered: start it, and try again."
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise self.stranger(error) from error

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Around reading what was answered: what cannot be read did not come from this Footnote.

        Raises:
            ServerTrouble: in place of what reading raised.
        """
        try:
            yield
        except (KeyError, TypeError, ValueError) as error:
            raise self.stranger(error) from error

    def refusal(self, response: httpx.Response) -> ServerTrouble:
        """Why a request was not served."""
        status, problem = response.status_code, _problem(response)
        if status == 401:
            advice = (
                "is not set: set it to one of its keys" if self.key is None else "is not one of its keys: set another"
            )
            return ServerRefused(401, "no_key", f"The server at {self.address} wants a key; FOOTNOTE_API_KEY {advice}.")
        if status == 503 and problem.get("code") == "loading":
            what = f"The server at {self.address} is still loading after {LOADING:.0f} s: look at its log."
            return ServerRefused(503, "loading", what)
        code, detail = problem.get("code"), problem.get("detail")
        if isinstance(code, str) and isinstance(detail, str):
            return ServerRefused(status, code, detail)
        return self.stranger(f"status {status}")

    def stranger(self, why: object) -> ServerTrouble:
        """It is another program, or another version."""
        what = " ".join(str(why).split())
        short = f"{what[:120]}…" if len(what) > 120 else what
        return ServerTrouble(
            f"What answers at {self.address} does not speak as this Footnote does ({short}): "
            "restart the server, with the same version."
        )


class Patience:
    """For one request, which is sent again while the server says that it will soon be able to answer."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._waited = 0.0

    def pause(self, response: httpx.Response) -> float | None:
        """Seconds to wait before the request is sent again; None: it was served.

        Raises:
            ServerRefused: it was not, and won't be after a sensible time.
            ServerTrouble: what answers is no Footnote.
        """
        if response.is_success:
            return None
        pause, longest = _promised(response)
        if pause is None or self._waited + pause > longest:
            raise self._peer.refusal(response)
        self._waited += pause
        return pause


class Connection:
    """Asks a server. A context manager.

    `request` takes what `httpx.Client.request` takes, with a path below the address, and returns what is answered to a
    request that is served. It raises `ServerRefused` if this one is not, or not after a sensible time, and
    `ServerTrouble` if the server cannot be reached, went away, or is no Footnote.
    """

    def __init__(self, address: str, key: str | None) -> None:
        """Raises `WrongSetting` if the key cannot be one."""
        self._peer = Peer(address, key)
        self._client = httpx.Client(**self._peer.options())
        self.understood = self._peer.understood

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def request(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """See the class."""
        patience = Patience(self._peer)
        while True:
            with self._peer.reached():
                response = self._client.request(method, path, **sent)
            pause = patience.pause(response)
            if pause is None:
                return response
            time.sleep(pause)


class AsyncConnection:
    """As `Connection`, for work that may be cancelled: that closes it, and the server gives the work up."""

    def __init__(self, address: str, key: str | None) -> None:
        """Raises `WrongSetting` if the key cannot be one."""
        self._peer = Peer(address, key)
        self._client = httpx.AsyncClient(**self._peer.options())
        self.understood = self._peer.understood

    async def close(self) -> None:
        """Closes it."""
        await self._client.aclose()

    async def request(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """See `Connection`."""
        patience = Patience(self._peer)
        while True:
            with self._peer.reached():
                response = await self._client.request(method, path, **sent)
            pause = patience.pause(response)
            if pause is None:
                return response
            await asyncio.sleep(pause)


def _promised(response: httpx.Response) -> tuple[float | None, float]:
    """Seconds until it is worth asking again, None if it is not, and for how long in all to do so."""
    if response.status_code not in (429, 503):
        return None, 0.0
    if response.status_code == 503 and _problem(response).get("code") == "shutting_down":
        return None, 0.0
    try:
        seconds = max(0.1, float(response.headers["retry-after"]))
    except (KeyError, ValueError):
        return None, 0.0
    return seconds, BUSY if response.status_code == 429 else LOADING


def _problem(response: httpx.Response) -> dict[str, Any]:
    """The fields of a problem; none if it is something else."""
    try:
        fields = response.json()
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}

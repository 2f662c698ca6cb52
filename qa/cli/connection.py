"""Requests to the server that has the data folder open, and what becomes of those that fail.

FootnoteError (index.errors)
└── ServerTrouble           the server does not do what was asked
    └── ServerRefused       it says why: `code` is for programs
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


class Connection:
    """Asks a server, again while it says that it will soon be able to answer. A context manager."""

    def __init__(
        self, address: str, key: str | None, client: httpx.Client, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._address = address
        self._has_key = key is not None
        self._client = client
        self._sleep = sleep

    @classmethod
    def to(cls, address: str, key: str | None) -> Connection:
        """To a server of this machine; proxies and certificates that the environment names are not for it.

        Raises:
            WrongSetting: the key cannot be one.
        """
        headers = {"accept": "application/json"}
        if key is not None:
            if not (key.isascii() and key.isprintable()):
                raise WrongSetting("FOOTNOTE_API_KEY holds characters that no key has: set it to the server's key.")
            headers["authorization"] = f"Bearer {key}"
        timeout = httpx.Timeout(LONGEST_ANSWER, connect=CONNECTING)
        client = httpx.Client(base_url=address, headers=headers, timeout=timeout, trust_env=False)
        return cls(address, key, client)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def request(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """What the server answers to a request that it serves.

        Args:
            method: of the request.
            path: below the address.
            sent: the other arguments of `httpx.Client.request`.

        Raises:
            ServerRefused: it does not serve it, or is still not ready after a sensible time.
            ServerTrouble: it cannot be reached, went away, or is no Footnote.
        """
        waited = 0.0
        while True:
            response = self._send(method, path, sent)
            if response.is_success:
                return response
            pause, patience = self._pause(response)
            if pause is None or waited + pause > patience:
                raise self._refusal(response)
            self._sleep(pause)
            waited += pause

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Around reading what was answered: what cannot be read did not come from this Footnote.

        Raises:
            ServerTrouble: in place of what reading raised.
        """
        try:
            yield
        except (KeyError, TypeError, ValueError) as error:
            raise self._stranger(error) from error

    def _send(self, method: str, path: str, sent: dict[str, Any]) -> httpx.Response:
        try:
            return self._client.request(method, path, **sent)
        except httpx.ConnectError as error:
            raise ServerTrouble(
                f"The server at {self._address} has the data folder open but cannot be reached ({error}): restart it."
            ) from error
        except httpx.TimeoutException as error:
            raise ServerTrouble(
                f"The server at {self._address} does not answer: look at its log, or restart it."
            ) from error
        except httpx.TransportError as error:
            raise ServerTrouble(
                f"The server at {self._address} went away before it answered: start it, and try again."
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise self._stranger(error) from error

    def _pause(self, response: httpx.Response) -> tuple[float | None, float]:
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

    def _refusal(self, response: httpx.Response) -> ServerTrouble:
        status, problem = response.status_code, _problem(response)
        if status == 401:
            advice = "is not one of its keys: set another" if self._has_key else "is not set: set it to one of its keys"
            return ServerRefused(
                401, "no_key", f"The server at {self._address} wants a key; FOOTNOTE_API_KEY {advice}."
            )
        if status == 503 and "loading" in problem:
            what = f"The server at {self._address} is still loading after {LOADING:.0f} s: look at its log."
            return ServerRefused(503, "loading", what)
        code, detail = problem.get("code"), problem.get("detail")
        if isinstance(code, str) and isinstance(detail, str):
            return ServerRefused(status, code, detail)
        return self._stranger(f"status {status}")

    def _stranger(self, why: object) -> ServerTrouble:
        what = " ".join(str(why).split())
        short = f"{what[:120]}…" if len(what) > 120 else what
        return ServerTrouble(
            f"What answers at {self._address} does not speak as this Footnote does ({short}): "
            "restart the server, with the same version."
        )


def _problem(response: httpx.Response) -> dict[str, Any]:
    """The fields of a problem; none if it is something else."""
    try:
        fields = response.json()
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}

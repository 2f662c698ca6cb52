"""The page where a browser exchanges a key for a session, and the way out again."""

from __future__ import annotations

import re
from contextlib import suppress
from html import escape
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from qa.web.access.guard import COOKIE, Access
from qa.web.access.keyring import SESSION_SECONDS, Keyring
from qa.web.access.limiting import PerMinute
from qa.web.assets import asset
from qa.web.problems import Problem

WRONG_KEYS = 10  # a minute, from one address
WRONG = "This is not a key that is set here. Check it, or ask whoever runs this Footnote for one."

# A path of this server, as a browser will understand it: "//host", "/\host" and whatever hides one behind a
# character that browsers drop lead elsewhere.
_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def signing_in(access: Access) -> APIRouter:
    """`/sign-in` and `/sign-out`. Where no keys are set there is nothing to sign in to."""
    router = APIRouter(include_in_schema=False)
    keyring = Keyring(access.keys)
    wrong_keys = PerMinute(WRONG_KEYS)

    @router.get("/sign-in")
    def page(request: Request) -> Response:
        """The page."""
        return _page() if keyring else RedirectResponse(_wanted(request), 303)

    @router.post("/sign-in")
    async def enter(request: Request) -> Response:
        """Begins a session, and goes on to the page that was asked for."""
        if not keyring:
            return RedirectResponse(_wanted(request), 303)
        client = request.client.host if request.client else ""
        seconds = await wrong_keys.wait(client)
        if seconds:
            return _page(429, f"Too many wrong keys: try again in {seconds} s.", {"retry-after": str(seconds)})
        given = (await request.form(max_files=0, max_fields=8)).get("key")
        key = keyring.find(given.strip()) if isinstance(given, str) else None
        if key is None:
            with suppress(Problem):  # of several at the same time, the next one is told
                await wrong_keys.take(client)
            return _page(403, WRONG)
        return _go_on(request, _wanted(request), keyring.begin_session(key), SESSION_SECONDS)

    @router.post("/sign-out")
    def leave(request: Request) -> Response:
        """Ends the session of this browser."""
        return _go_on(request, f"{_root_path(request)}/sign-in", "", 0)

    return router


def local(path: str, root_path: str = "") -> str:
    """A path as it is, if it leads to a page of this server below its root path; else that of the front page."""
    is_below = path.startswith(f"{root_path}/") and "/.." not in unquote(path)
    is_local = is_below and _LOCAL.fullmatch(path)
    return path if is_local else f"{root_path}/"


def _wanted(request: Request) -> str:
    return local(request.query_params.get("next", ""), _root_path(request))


def _go_on(request: Request, path: str, session: str, seconds: int) -> Response:
    """To a path, with a session that lasts so many seconds."""
    response = RedirectResponse(path, 303)
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, session, seconds, path=_root_path(request) or "/", secure=is_secure, httponly=True, samesite="lax"
    )
    return response


def _root_path(request: Request) -> str:
    root_path: str = request.scope.get("root_path", "")
    return root_path


def _page(status: int = 200, problem: str = "", headers: dict[str, str] | None = None) -> HTMLResponse:
    page = asset("sign-in.html").replace("/* styles */", asset("base.css"))
    told = f'<p class="problem" id="problem" role="alert">{escape(problem)}</p>' if problem else ""
    invalid = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    page = page.replace("{{problem}}", told).replace("{{invalid}}", invalid)
    return HTMLResponse(page, status, {"cache-control": "no-store", **(headers or {})})

"""Lets in whom the policy allows, before any route or mount sees the request."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse

from qa.web.access.callers import LOCAL, NOBODY, Caller, MayNotEdit, acting_as
from qa.web.access.keyring import Keyring
from qa.web.access.limiting import Guesses, PerMinute, serve_bounded
from qa.web.access.policy import READ, Rule, rule_for
from qa.web.headers import ASGIApp, Receive, Scope, Send, route_path
from qa.web.problems import Problem, problem_of
from qa.web.refusing import is_read_by_a_person, refusal

if TYPE_CHECKING:
    from qa.keys import ApiKey
    from qa.settings import Settings

COOKIE = "footnote_session"
LARGEST_BODY = 2 << 20  # bytes, of what is no upload; a question with all its history and documents has about 1 MB
FORM = 64 << 10  # bytes of a form around its file
# A minute, from one address: a program with yesterday's key that asks every second keeps nobody else there out, and
# the 96 bits of the shortest key hold out against these.
WRONG_KEYS = 60


@dataclass(frozen=True)
class Access:
    """What is set about who may use the server; as it is, whoever reaches it."""

    keys: tuple[ApiKey, ...] = ()
    requests_per_minute: int = 600
    public_url: str | None = None
    wrong_keys_per_minute: int = WRONG_KEYS

    @classmethod
    def of(cls, settings: Settings) -> Access:
        """Of the program's settings."""
        return cls(settings.api_keys, settings.requests_per_minute, settings.public_url)


class Guard:
    """Serves an app to those who may use it.

    Args:
        largest_upload: bytes of a file.
    """

    def __init__(self, app: ASGIApp, access: Access, largest_upload: int) -> None:
        self._app = app
        self._keyring = Keyring(access.keys)
        self._rate = PerMinute(access.requests_per_minute)
        self._guesses = Guesses(access.wrong_keys_per_minute)
        public = urlsplit(access.public_url or "")
        self._origins = {f"{public.scheme}://{public.netloc}".lower()} if access.public_url else set()
        self._largest_body = {"small": LARGEST_BODY, "file": largest_upload + FORM, "any": math.inf}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        rule = rule_for(scope.get("method", "WEBSOCKET"), route_path(scope))
        try:
            self._check_origin(request)
            caller = await self._identify(request, rule)
            await self._admit(caller, rule)
        except Problem as problem:
            await _turn_away(problem, request, receive, send)
            return
        with acting_as(caller):
            if scope["type"] == "http":
                most = self._largest_body[rule.body]
                await serve_bounded(self._app, most, scope, receive, send)
            else:
                await self._app(scope, receive, send)

    def _check_origin(self, request: HTTPConnection) -> None:
        """Browsers name the page that asks in `Origin`, programs send none.

        Gradio's own routes take a JSON body of any content type, which a page elsewhere could send without being asked.
        """
        origin = request.headers.get("origin")
        changes = request.scope.get("method") not in READ
        if origin is None and not (changes and COOKIE in request.cookies):
            return
        # What came to a proxy by https may come on by http.
        schemes = ("https",) if request.url.scheme == "https" else ("http", "https")
        if origin not in self._origins.union(f"{scheme}://{request.headers.get('host')}" for scheme in schemes):
            raise Problem(403, "foreign_origin", "Only a page of Footnote itself may ask this.")

    async def _identify(self, request: HTTPConnection, rule: Rule) -> Caller:
        if not self._keyring:
            return LOCAL
        if rule.needed == "open":
            return NOBODY
        authorization = request.headers.get("authorization")
        if authorization is not None:
            shown = await self._shown(authorization, request)
            return Caller(shown.name, shown.role)
        key = self._keyring.of_session(request.cookies.get(COOKIE, ""))
        return Caller(key.name, key.role, is_signed_in=True) if key else NOBODY

    async def _shown(self, authorization: str, request: HTTPConnection) -> ApiKey:
        if seconds := await self._guesses.wait(request):
            detail = f"Too many wrong keys came from this address: try again in {seconds} s."
            raise Problem(429, "too_many_wrong_keys", detail, headers={"retry-after": str(seconds)})
        scheme, _, secret = authorization.partition(" ")
        key = self._keyring.find(secret.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            await self._guesses.note(request)
            raise _unknown("This key is not one of those that are set: check it.")
        return key

    async def _admit(self, caller: Caller, rule: Rule) -> None:
        if rule.needed == "open":
            return
        if not caller.may_ask:
            raise _unknown("A key is needed: send it as `Authorization: Bearer …`, or sign in at /sign-in.")
        if self._keyring and not rule.is_file:
            await self._rate.take(caller.name)
        if rule.needed == "closed":
            raise Problem(404, "not_found", "There is nothing here.")
        if rule.needed == "edit" and not caller.may_edit:
            raise problem_of(MayNotEdit())


def _unknown(detail: str) -> Problem:
    return Problem(401, "no_valid_key", detail, headers={"www-authenticate": "Bearer"})


async def _turn_away(problem: Problem, request: HTTPConnection, receive: Receive, send: Send) -> None:
    scope = request.scope
    if scope["type"] != "http":
        await send({"type": "websocket.close", "code": 1008, "reason": problem.detail})
        return
    if problem.status == 401 and is_read_by_a_person(scope) and "authorization" not in request.headers:
        wanted = quote(scope["path"])
        if scope["query_string"]:
            wanted += "?" + scope["query_string"].decode("latin-1")
        sign_in = f"{scope.get('root_path', '')}/sign-in?next={quote(wanted, safe='')}"
        await RedirectResponse(sign_in, 303, {"cache-control": "no-store"})(scope, receive, send)
        return
    await refusal(problem, scope)(scope, receive, send)

"""Slack, connected: who we are there, what it sends, and what is answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from index.errors import FootnoteError
from qa.errors import AskingError
from qa.linking import links_under
from qa.slack.answering import Answering, Workspace
from qa.slack.app import bolt_app
from qa.slack.calls import PASSING, SECONDS, Refused, Uncertain, WebApi, respond
from qa.slack.channels import Channels
from qa.slack.credentials import Credentials
from qa.slack.inbox import FILE, Inbox
from qa.slack.limiter import Limiter
from qa.slack.quiet import QUIET, kind_and_place
from qa.slack.replying import Features

if TYPE_CHECKING:
    from fastapi import APIRouter

    from qa.service import Footnote
    from qa.settings import Settings

logger = logging.getLogger(__name__)

AGAIN = 30.0  # seconds after which Slack is looked for again
LOOKED_AFTER = 5.0  # seconds between two looks at the connection
LOST = "Slack is not connected just now; Footnote keeps trying."
PROMPTS = 4  # that Slack shows at most
LONGEST_PROMPT = 75  # characters of its title
AGENT = "assistant:write"  # the scope that only an agent has


class SlackRefused(AskingError):
    """Slack does not let Footnote in."""

    def __init__(self, variable: str, code: str) -> None:
        super().__init__(
            f"Slack refuses {variable} ({code}): copy it again from your app's page on api.slack.com/apps, after "
            "installing the app."
        )
        self.code = code


class SlackStopped(AskingError):
    """Footnote answers no more in Slack, and nobody asked it to stop."""

    def __init__(self, state: str) -> None:
        super().__init__(f"Footnote answers no more in Slack ({state.rstrip('.')}): mend that and start it again.")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are in the workspace."""

    user: str
    scopes: frozenset[str]


class SlackConnection:
    """A workspace that Footnote answers in, beside whatever else it does. `running` once, or one after the other.

    Args:
        service: answers; opened and closed by whoever made it.
        settings: every knob.
        credentials: what lets Footnote in.
    """

    def __init__(self, service: Footnote, settings: Settings, credentials: Credentials) -> None:
        self._service, self._settings, self._credentials = service, settings, credentials
        self.follows = settings.slack_follow
        self.state = "starting"
        url = settings.slack_api_url.rstrip("/") + "/"
        # No token: Bolt would ask auth.test before it acknowledges. No retries: they would post twice.
        self._client = AsyncWebClient(base_url=url, timeout=SECONDS, retry_handlers=[], logger=QUIET)
        token, self.signing_secret = credentials.bot_token, credentials.signing_secret
        self.bolt = bolt_app(self, self._client, token, self.signing_secret)
        posting = AsyncWebClient(token=token, base_url=url, timeout=SECONDS, retry_handlers=[], logger=QUIET)
        self._web = WebApi(posting, Limiter())
        self._identity: Identity | None = None
        self._answering: Answering | None = None
        self._beside: set[asyncio.Future[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Takes what Slack sends from now on, and answers it.

        A workspace that cannot be reached is looked for again; until then its state says so.

        Raises:
            SlackRefused: a token is wrong.
            StorageFailed: the inbox cannot be opened.
        """
        path = self._settings.data / FILE
        self.inbox = await asyncio.to_thread(Inbox, path, self._settings.keep_answers)
        try:
            self._living = asyncio.create_task(self._live(await self._greet()))
            try:
                yield
            finally:
                await _cancel([self._living, *self._beside])
        finally:
            self.state = "stopped"
            self._answering = None
            await asyncio.to_thread(self.inbox.close)

    async def ended(self) -> None:
        """Waits, while `running`, until nothing is answered any more; the state says why."""
        await asyncio.wait([self._living])

    def routes(self) -> APIRouter:
        """What Slack sends its events to."""
        from qa.slack.routes import slack_events

        return slack_events(self)

    def bot(self) -> str | None:
        """See `Desk`."""
        return self._identity.user if self._identity else None

    def wake(self) -> None:
        """See `Desk`."""
        if self._answering:
            self._answering.wake()

    def begin(self, work: Awaitable[None]) -> None:
        """See `Desk`."""
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def rate(self, trace_id: str, *, helpful: bool) -> bool:
        """See `Desk`."""
        return await asyncio.to_thread(self._service.answers.rate, trace_id, helpful=helpful)

    async def thank(self, url: str, text: str) -> None:
        """See `Desk`."""
        with suppress(Refused, Uncertain):  # the rating stands
            await respond(url, {"text": text, "response_type": "ephemeral", "replace_original": False})

    async def suggest(self, channel: str) -> None:
        """See `Desk`. Without `thread_ts`: an agent's call with one fails silently."""
        if not (self._identity and AGENT in self._identity.scopes):
            return
        try:
            documents = await asyncio.to_thread(self._channels.documents, channel, self._service.library)
            if documents == []:
                return
            *_, found = [found async for found in self._service.suggest(PROMPTS, documents)]
        except FootnoteError:  # a direct message works without
            return
        prompts = [{"title": one.question[:LONGEST_PROMPT], "message": one.question} for one in found]
        if prompts:
            await self._web.try_to("assistant.threads.setSuggestedPrompts", channel_id=channel, prompts=prompts)

    async def stop(self, conversation: str) -> None:
        """See `Desk`."""
        if self._answering:
            await self._answering.stop(conversation)

    @property
    def _channels(self) -> Channels:
        return Channels(self._settings.slack_channels)

    async def _live(self, identity: Identity | None) -> None:
        while identity is None:
            await asyncio.sleep(AGAIN)
            try:
                identity = await self._greet()
            except SlackRefused as error:
                self.state = str(error)
                logger.error("%s", error)
                return
        try:
            await self._answer(identity)
        except Exception as error:
            self.state = f"stopped by {type(error).__name__}; the log says more"
            logger.error("Footnote answers no more in Slack: %s", kind_and_place(error))

    async def _answer(self, identity: Identity) -> None:
        features = Features(is_agent=AGENT in identity.scopes)
        public = self._settings.public_url
        link = links_under(public) if public else None
        workspace = Workspace(self._web, identity.user, features, self._channels, link)
        self._answering = Answering(self._service, self.inbox, workspace)
        async with self._socket():
            await self._answering.run()

    async def _greet(self) -> Identity | None:
        """Who we are, if Slack lets us in; None if it cannot be reached just now."""
        try:
            identity = await self._identify()
            if token := self._credentials.app_token:
                await self._check_socket(token)
        except (ClientError, OSError, TimeoutError) as error:
            self.state = f"Slack cannot be reached ({type(error).__name__}); Footnote keeps trying."
            logger.warning("%s", self.state)
            return None
        self._identity = identity
        return identity

    async def _identify(self) -> Identity:
        try:
            answer = await self._client.auth_test(token=self._credentials.bot_token)
        except SlackApiError as error:
            raise _refused("SLACK_BOT_TOKEN", error) from None
        named = {name.lower(): value for name, value in answer.headers.items()}
        scopes = named.get("x-oauth-scopes", "").split(",")
        return Identity(answer["user_id"], frozenset(scope.strip() for scope in scopes))

    async def _check_socket(self, token: str) -> None:
        """The SDK's own attempts would go on for ever with a wrong token."""
        try:
            await self._client.apps_connections_open(app_token=token)
        except SlackApiError as error:
            raise _refused("SLACK_APP_TOKEN", error) from None

    @asynccontextmanager
    async def _socket(self) -> AsyncIterator[None]:
        if self._credentials.app_token is None:
            self.state = "connected"
            yield
            return
        handler = AsyncSocketModeHandler(self.bolt, self._credentials.app_token)
        connecting = asyncio.create_task(self._connect(handler))  # what is in the inbox does not wait for it
        try:
            yield
        finally:
            await _cancel([connecting])
            await handler.close_async()  # type: ignore[no-untyped-call]

    async def _connect(self, handler: AsyncSocketModeHandler) -> None:
        self.state = "connecting"
        await handler.connect_async()  # type: ignore[no-untyped-call]
        self.state = "connected"
        while True:  # the SDK connects again by itself, and tells nobody that it has to
            await asyncio.sleep(LOOKED_AFTER)
            is_connected = await handler.client.is_connected()
            if is_connected != (self.state == "connected"):
                self.state = "connected" if is_connected else LOST
                logger.warning("%s", "Slack is connected again." if is_connected else LOST)


def _refused(variable: str, error: SlackApiError) -> Exception:
    """A wrong token is for a person to mend; anything else passes."""
    status = error.response.status_code
    data = error.response.data if isinstance(error.response.data, dict) else {}
    code = str(data.get("error", status))
    if status == 429 or status >= 500 or code in PASSING:
        return ClientError(code)
    return SlackRefused(variable, code)


async def _cancel(tasks: list[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            logger.error("Something beside the answers in Slack failed: %s", kind_and_place(ended))

"""Slack's own variables, by the names that its documentation uses."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic_settings import BaseSettings, SettingsConfigDict

from qa.errors import WrongSetting


class _Variables(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SLACK_", env_ignore_empty=True, frozen=True, extra="ignore")

    bot_token: str | None = None
    signing_secret: str | None = None
    app_token: str | None = None


@dataclass(frozen=True)
class Credentials:
    """What lets Footnote into a workspace; no message shows it."""

    bot_token: str = field(repr=False)  # SLACK_BOT_TOKEN, xoxb-…: to post
    signing_secret: str | None = field(repr=False)  # SLACK_SIGNING_SECRET: to tell what Slack sends to a public URL
    app_token: str | None = field(repr=False)  # SLACK_APP_TOKEN, xapp-…: to be sent it in Socket Mode, without a URL

    @classmethod
    def read(cls) -> Credentials | None:
        """What the environment says; None if it says nothing of Slack.

        Raises:
            WrongSetting: something is missing.
        """
        found = _Variables()
        if not (found.bot_token or found.signing_secret or found.app_token):
            return None
        if found.bot_token is None:
            raise WrongSetting("SLACK_BOT_TOKEN is missing: copy it from “OAuth & Permissions” of your Slack app.")
        if found.signing_secret is None and found.app_token is None:
            raise WrongSetting(
                "Slack cannot reach Footnote yet: set SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and have "
                "it send events to /slack/events."
            )
        return cls(found.bot_token, found.signing_secret, found.app_token)

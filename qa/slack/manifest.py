"""The app's manifest: what an admin pastes into api.slack.com/apps, with the fewest scopes that work."""

from __future__ import annotations

from typing import Any

from qa.settings import Settings

# Why each is asked for stands in the README.
SCOPES = ("app_mentions:read", "chat:write", "commands", "im:history")
EVENTS = ("app_mention", "message.im")
AGENT_SCOPES, AGENT_EVENTS = ("assistant:write",), ("agent_session_stopped", "app_home_opened")
# For a thread's messages without a mention. Slack delivers them only with these; no history is ever read.
FOLLOWING_SCOPES, FOLLOWING_EVENTS = ("channels:history", "groups:history"), ("message.channels", "message.groups")

DESCRIPTION = "Answers from your documents; every sentence has a footnote that you can check."
PROMPTS = ({"title": "What is in the documents?", "message": "What are these documents about?"},)


def manifest(settings: Settings, *, agent: bool) -> dict[str, Any]:
    """The manifest of an app for these settings.

    Args:
        settings: with a public URL Slack sends events there, otherwise through Socket Mode.
        agent: with Slack's agent messaging, which needs a paid plan, shuts guests out and cannot be undone.
    """
    url = f"{settings.public_url}/slack/events" if settings.public_url else None
    request_url = {"request_url": url} if url else {}
    following = settings.slack_follow
    scopes = [*SCOPES, *(AGENT_SCOPES if agent else ()), *(FOLLOWING_SCOPES if following else ())]
    events = [*EVENTS, *(AGENT_EVENTS if agent else ()), *(FOLLOWING_EVENTS if following else ())]
    return {
        "display_information": {"name": "Footnote", "description": DESCRIPTION},
        "features": _features(url, agent=agent),
        "oauth_config": {"scopes": {"bot": sorted(scopes)}},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": sorted(events)},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def _features(url: str | None, *, agent: bool) -> dict[str, Any]:
    command = {
        "command": "/ask",
        "description": "Ask the documents; only you see the answer",
        "usage_hint": "[question]",
        "should_escape": True,
        **({"url": url} if url else {}),
    }
    view = {"agent_view": {"agent_description": DESCRIPTION, "suggested_prompts": list(PROMPTS)}}
    return {
        "app_home": {
            "home_tab_enabled": False,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Footnote", "always_online": True},
        "slash_commands": [command],
        **(view if agent else {}),
    }

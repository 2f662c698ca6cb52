"""`POST /slack/events`: what Slack signed, and nothing else, reaches Bolt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, ValidationError
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.request.internals import parse_body
from slack_sdk.signature import SignatureVerifier

from qa.slack.connection import SlackConnection

PATH = "/slack/events"
LARGEST = 1 << 20  # bytes; Slack's own requests have some kilobytes


class _Action(BaseModel):
    action_id: str


class _Shape(BaseModel):
    """As far as Bolt looks into what it is given without looking first."""

    event: dict[str, Any] = {}
    actions: list[_Action] = []
    authorizations: list[dict[str, Any]] | None = None


def slack_events(slack: SlackConnection) -> APIRouter:
    """The route, for a connection that is running. Without a signing secret there is none, only Socket Mode."""
    router = APIRouter()
    if slack.signing_secret is None:
        return router
    verifier = SignatureVerifier(slack.signing_secret)

    @router.post(PATH, include_in_schema=False)
    async def events(request: Request) -> Response:
        """Stored, then acknowledged; the answer comes later."""
        body = await _bounded(request)
        _check_signature(verifier, request.headers, body)
        _check_form(request.headers.get("content-type", ""), body)
        answer = await slack.bolt.async_dispatch(to_async_bolt_request(request, body))
        return to_starlette_response(answer)

    return router


async def _bounded(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise HTTPException(413, "too large")
    return bytes(body)


def _check_signature(verifier: SignatureVerifier, headers: Mapping[str, str], body: bytes) -> None:
    try:
        is_valid = verifier.is_valid(body, headers.get("x-slack-request-timestamp"), headers.get("x-slack-signature"))
    except (ValueError, TypeError, OverflowError):  # no number, not ASCII, a body that is not UTF-8
        is_valid = False
    if not is_valid:
        raise HTTPException(401, "not signed by Slack")


def _check_form(content_type: str, body: bytes) -> None:
    """What Bolt would read of it, by Bolt's own reading."""
    try:
        found = parse_body(body.decode(), content_type.partition(";")[0].strip().lower())
    except (ValueError, RecursionError):
        raise HTTPException(400, "cannot be read") from None
    try:
        _Shape.model_validate(found)
    except ValidationError:
        raise HTTPException(400, "of no known shape") from None

"""Every knob, from the environment (`FOOTNOTE_…`) or from the command line."""

from __future__ import annotations

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, TypeAdapter, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from qa.errors import WrongSetting
from qa.keys import ApiKey, read_keys

PREFIX = "FOOTNOTE_"
SECRET = frozenset({"api_key", "api_keys", "llm_api_key"})  # whose values no message repeats

MODEL_WORKERS = 4

# What the program serves. Along one of these it could not tell whether a proxy has cut its own path off.
OWN_PATHS = (
    *("/api/v1", "/chat", "/d", "/docs", "/evaluate", "/evaluations", "/favicon.ico", "/healthz", "/mcp", "/metrics"),
    *("/openapi.json", "/readyz", "/sign-in", "/sign-out", "/slack/events", "/uploads", "/v1"),
)

Names = Annotated[tuple[str, ...], NoDecode]
"""Several words with commas between them."""

Channels = dict[str, tuple[str, ...]]
_CHANNELS = TypeAdapter(Channels)


class Settings(BaseSettings):
    """What a person can set; each field is the environment variable FOOTNOTE_<NAME>."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    data: Path = Field(
        default_factory=lambda: user_data_path("footnote", appauthor=False),
        description="The data folder: documents, indexes and given answers.",
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="The address that the page listens on.")
    port: int = Field(default=7860, ge=0, le=65535, description="The page's port; 0 takes a free one.")
    embedding_model: str | None = Field(
        default=None, description="A sentence-transformers path or hub name instead of the bundled model."
    )
    threshold: float | None = Field(
        default=None, ge=0, le=1, description="Refuse under this probability that the documents answer."
    )
    llm: str | None = Field(
        default=None,
        description="A language model that words the answers, as provider:model; without one, sentences are quoted.",
    )
    llm_base_url: str | None = Field(
        default=None, description="The address of a server that speaks the provider's wire format."
    )
    llm_api_key: SecretStr | None = Field(
        default=None, description="The key for it; else the provider's own variable counts, like OPENAI_API_KEY."
    )
    llm_context: int | None = Field(
        default=None, ge=2_048, description="Its window in tokens, if that is not known by its name."
    )
    llm_timeout: int = Field(default=120, ge=1, description="Seconds in which it has to have answered.")
    show_unsupported: bool = Field(
        default=False, description="Show what it says without support struck out, instead of leaving it out."
    )
    keep_answers: int = Field(default=30, ge=0, description="Days for which given answers are kept; 0 keeps none.")
    workers: int = Field(
        default_factory=lambda given: MODEL_WORKERS if given.get("llm") else 1,
        ge=1,
        le=16,
        description="Questions answered at the same time; more with a language model, which is mostly waited for.",
    )
    queue: int = Field(default=32, ge=1, description="Questions that may wait; one more is told to come back.")
    max_upload_mb: int = Field(default=50, ge=1, description="The largest file, in MB, that the page takes.")
    api_key: SecretStr | None = Field(
        default=None, description="The key that the command line shows a server which has the data folder open."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="What the log holds."
    )
    log_format: Literal["text", "json"] = Field(default="text", description="The log's lines: for people, or JSON.")

    api_keys: Annotated[tuple[ApiKey, ...], NoDecode] = Field(
        default=(), repr=False, description="Who may use it, as name:role:key,…; the roles are ask and edit."
    )
    allowed_hosts: Names = Field(default=(), description="Names that it is reached by, besides this machine's own.")
    public_url: str | None = Field(default=None, description="The address that people know it by.")
    root_path: str = Field(default="", description="The path that a reverse proxy serves it under.")
    trusted_proxies: Names = Field(default=(), description="Addresses whose X-Forwarded headers are believed.")
    requests_per_minute: int = Field(default=600, ge=1, description="Requests that are taken with one key.")

    slack_channels: Annotated[Channels, NoDecode] = Field(
        default={}, description='The documents that a channel may see, as JSON: {"C0123": ["/policies/*"], "*": []}.'
    )
    slack_follow: bool = Field(
        default=False, description="In a channel, answer a thread's further messages without a mention."
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", min_length=1, description="Where Slack's Web API is, for GovSlack."
    )

    @classmethod
    def read(cls, **given: Any) -> Settings:
        """The settings, from what is given (None: not given), else from the environment, else their defaults.

        Raises:
            WrongSetting: a value that the setting cannot have.
        """
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            raise WrongSetting(_in_one_line(error, given)) from None

    @field_validator("data", mode="after")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return Path(os.path.abspath(folder.expanduser()))

    @field_validator("slack_channels", mode="before")
    @classmethod
    def _from_json(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return _CHANNELS.validate_json(value)
        except ValidationError:
            raise ValueError('has to be JSON like {"C0123": ["/policies/*"], "dm": ["*"]}') from None

    @field_validator("api_keys", mode="before")
    @classmethod
    def _as_keys(cls, value: object) -> object:
        return read_keys(value) if isinstance(value, str) else value

    @field_validator("allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _as_names(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.lower().split(",")))) if isinstance(value, str) else value

    @field_validator("allowed_hosts")
    @classmethod
    def _hosts(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"[a-z0-9_.-]+|\[[0-9a-f:.]+\]", name) for name in names):
            raise ValueError("has to be names like footnote.example.com, without a scheme or a port")
        return names

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            try:
                ip_network(name)
            except ValueError:
                raise ValueError("has to be IP addresses or networks like 10.0.0.0/8") from None
        return names

    @field_validator("llm")
    @classmethod
    def _model(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"\w[\w-]*:\S+", name):
            raise ValueError("has to be provider:model, like openai:gpt-5-mini or ollama:llama3.2")
        return name

    @field_validator("public_url", "llm_base_url")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if url is not None and not re.fullmatch(r"https?://([\w.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?(/[^?#\s]*)?", url):
            raise ValueError("has to be an address like https://footnote.example.com")
        return url and url.rstrip("/")

    @field_validator("root_path")
    @classmethod
    def _prefix(cls, path: str) -> str:
        path = path.rstrip("/")
        if path and not re.fullmatch(r"(/[A-Za-z0-9_.~-]+)+", path):
            raise ValueError("has to be a path like /footnote")
        if own := next((own for own in OWN_PATHS if path and _is_along(path, own)), None):
            raise ValueError(f"has to be another path than Footnote’s own {own}, like /footnote")
        return path


def _is_along(path: str, other: str) -> bool:
    """Whether one of the two is, or leads to, the other."""
    shorter, longer = sorted((f"{path}/", f"{other}/"), key=len)
    return longer.startswith(shorter)


def _in_one_line(error: ValidationError, given: dict[str, Any]) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0])
    shown = f"--{name.replace('_', '-')}" if given.get(name) is not None else f"{PREFIX}{name.upper()}"
    reason = first["msg"].removeprefix("Value error, ")
    reason = f"{reason[:1].lower()}{reason[1:]}"
    return f"{shown}: {reason}." if name in SECRET else f"{shown} is {first['input']!r}: {reason}."

"""Every knob, from the environment (`FOOTNOTE_…`) or from the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import Field, TypeAdapter, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from qa.errors import WrongSetting

PREFIX = "FOOTNOTE_"

Channels = dict[str, tuple[str, ...]]
_CHANNELS = TypeAdapter(Channels)


class Settings(BaseSettings):
    """What a person can set; each field is the environment variable FOOTNOTE_<NAME>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

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
    keep_answers: int = Field(default=30, ge=0, description="Days for which given answers are kept; 0 keeps none.")
    workers: int = Field(default=1, ge=1, le=16, description="Questions answered at the same time.")
    queue: int = Field(default=32, ge=1, description="Questions that may wait; one more is told to come back.")
    max_upload_mb: int = Field(default=50, ge=1, description="The largest file, in MB, that the page takes.")
    public_url: str | None = Field(default=None, description="The address that people know it by.")
    slack_api_url: str = Field(
        default="https://slack.com/api/", min_length=1, description="Where Slack's Web API is, for GovSlack."
    )
    slack_channels: Annotated[Channels, NoDecode] = Field(
        default={}, description='The documents that a channel may see, as JSON: {"C0123": ["/policies/*"], "*": []}.'
    )
    slack_follow: bool = Field(
        default=False, description="In a channel, answer a thread's further messages without a mention."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="What the log holds."
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


def _in_one_line(error: ValidationError, given: dict[str, Any]) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0])
    shown = f"--{name}" if given.get(name) is not None else f"{PREFIX}{name.upper()}"
    return f"{shown} is {first['input']!r}: {first['msg'][:1].lower()}{first['msg'][1:]}."

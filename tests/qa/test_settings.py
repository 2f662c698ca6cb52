"""Every setting comes from FOOTNOTE_<NAME>; a wrong one is named in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from qa.errors import WrongSetting
from qa.keys import ApiKey
from qa.settings import Settings

KEY, OTHER = "correct-horse-battery", "staple-correct-horse"


def test_there_is_a_default_for_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOOTNOTE_DATA")

    settings = Settings.read()

    assert (settings.host, settings.port, settings.keep_answers) == ("127.0.0.1", 7860, 30)
    assert settings.data.is_absolute()
    assert settings.data.name == "footnote"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_is_read_from_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "log_level": "debug",
        "log_format": "json",
        "threshold": "0.25",
        "data": "/somewhere",
        "root_path": "/footnote",
    }
    values |= {"api_keys": f"ann:ask:{KEY}", "public_url": "https://footnote.example.com"}
    values |= {"slack_channels": '{"C1": ["*.md"]}', "slack_follow": "True"}
    values |= {"llm": "openai:gpt-5-mini", "llm_context": "4096", "llm_base_url": "http://127.0.0.1:8000/v1"}
    values |= {"show_unsupported": "True"}
    values |= {"allowed_hosts": "footnote.example.com", "trusted_proxies": "10.0.0.0/8"}
    monkeypatch.setenv(f"FOOTNOTE_{name.upper()}", values.get(name, "7"))

    assert as_text(getattr(Settings.read(), name)) == values.get(name, "7")


def as_text(value: object) -> str:
    if isinstance(value, ApiKey):
        return f"{value.name}:{value.role}:{value.secret.get_secret_value()}"
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, dict):
        return json.dumps(value)
    return ",".join(map(as_text, value)) if isinstance(value, tuple) else str(value)


def test_what_is_given_wins_and_none_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "8000")

    assert Settings.read(port=9000).port == 9000
    assert Settings.read(port=None).port == 8000


def test_an_empty_variable_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_THRESHOLD", "")

    assert Settings.read().threshold is None


def test_the_data_folder_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    assert Settings.read(data="papers/../mine").data == tmp_path / "mine"
    assert Settings.read(data="~/papers").data == tmp_path / "home" / "papers"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("PORT", "70000"),
        ("THRESHOLD", "1.5"),
        ("WORKERS", "0"),
        ("LOG_LEVEL", "loud"),
        ("SLACK_CHANNELS", "general"),
        ("SLACK_CHANNELS", '["C1"]'),
        ("SLACK_CHANNELS", '{"C1": "*"}'),
    ],
)
def test_a_wrong_value_is_named_in_one_line(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"FOOTNOTE_{name}", value)

    with pytest.raises(WrongSetting) as raised:
        Settings.read()

    assert f"FOOTNOTE_{name} is '{value}'" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_wrong_option_is_named_as_one() -> None:
    with pytest.raises(WrongSetting, match="--port is 70000"):
        Settings.read(port=70000)


def test_keys_are_read_with_their_names_and_roles() -> None:
    ann, bob = Settings.read(api_keys=f"ann:ask:{KEY}, bob:edit:{OTHER}:with:colons,").api_keys

    assert (ann.name, ann.role, ann.secret.get_secret_value()) == ("ann", "ask", KEY)
    assert (bob.name, bob.role, bob.secret.get_secret_value()) == ("bob", "edit", f"{OTHER}:with:colons")


@pytest.mark.parametrize(
    "keys",
    [
        KEY,
        f"ann:{KEY}",
        f"{KEY}:ann:ask",
        f"ann:admin:{KEY}",
        f"ann:ask:{KEY}\n{OTHER}",
        f"ann:ask:{KEY[:15]}",
        f"ann:ask:{KEY},{OTHER}",
        f"ann:ask:{KEY},ann:edit:{OTHER}",
        f"ann:ask:{KEY},bob:edit:{KEY}",
        f"ann:ask:{KEY}ü",
    ],
    ids="alone no-role turned-around role newline short second same-name same-key accent".split(),
)
def test_what_is_no_list_of_keys_is_refused_in_one_line_without_them(keys: str) -> None:
    with pytest.raises(WrongSetting) as raised:
        Settings.read(api_keys=keys)

    said = str(raised.value) + repr(raised.value)
    assert "--api-keys" in said
    assert "\n" not in str(raised.value)
    assert KEY[:15] not in said
    assert OTHER not in said


def test_the_settings_can_be_shown_without_the_keys() -> None:
    settings = Settings.read(api_keys=f"ann:ask:{KEY}")

    assert KEY not in repr(settings) + str(settings) + repr(settings.api_keys) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_url", "footnote.example.com"),
        ("public_url", "ftp://footnote.example.com"),
        ("public_url", "https://user@footnote.example.com"),
        ("allowed_hosts", "https://footnote.example.com"),
        ("allowed_hosts", "*"),
        ("trusted_proxies", "*"),
        ("trusted_proxies", "proxy"),
        ("root_path", "footnote"),
        ("root_path", "//evil.example"),
        ("requests_per_minute", 0),
    ],
)
def test_what_is_no_address_host_or_path_is_refused(name: str, value: object) -> None:
    with pytest.raises(WrongSetting, match=f"--{name.replace('_', '-')} is "):
        Settings.read(**{name: value})

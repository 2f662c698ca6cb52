"""Every setting comes from FOOTNOTE_<NAME>; a wrong one is named in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import WrongSetting
from qa.settings import Settings


def test_there_is_a_default_for_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOOTNOTE_DATA")

    settings = Settings.read()

    assert (settings.host, settings.port, settings.keep_answers) == ("127.0.0.1", 7860, 30)
    assert settings.data.is_absolute()
    assert settings.data.name == "footnote"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_is_read_from_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"log_level": "debug", "threshold": "0.25", "data": "/somewhere", "slack_follow": "True"}
    values["slack_channels"] = '{"C1": ["*.md"]}'
    monkeypatch.setenv(f"FOOTNOTE_{name.upper()}", values.get(name, "7"))

    read = "{'C1': ('*.md',)}" if name == "slack_channels" else values.get(name, "7")
    assert str(getattr(Settings.read(), name)) == read


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

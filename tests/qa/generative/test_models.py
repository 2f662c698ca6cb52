"""A model by its name: any that LangChain knows; what is missing or wrong is said in one line."""

from __future__ import annotations

import sys

import pytest

from qa.errors import WrongSetting
from qa.generative.models import LARGEST_WINDOW, UNKNOWN_WINDOW, chat_model, name_of, window_of, with_schema

KEY = "sk-proj-not-to-be-told"


@pytest.mark.parametrize("name", ["openai:gpt-4o-mini", "anthropic:claude-sonnet-4-5"])
def test_a_model_of_a_known_provider_is_made_and_keeps_its_key_to_itself(name: str) -> None:
    model = chat_model(name, api_key=KEY)

    assert name_of(model) == name
    assert KEY not in repr(model)
    assert KEY not in str(model)
    assert with_schema(model) is not None


def test_a_server_of_ones_own_needs_no_key_and_is_asked_for_plain_sentences() -> None:
    model = chat_model("openai:smollm2", base_url="http://127.0.0.1:1/v1")

    assert name_of(model) == "openai:smollm2"
    assert with_schema(model) is None


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("openai:gpt-4o-mini", None, LARGEST_WINDOW),
        ("openai:smollm2", None, UNKNOWN_WINDOW),
        ("openai:smollm2", 2_048, 2_048),
    ],
)
def test_the_window_is_the_one_that_is_told_or_known(name: str, known: int | None, expected: int) -> None:
    assert window_of(chat_model(name, api_key=KEY), known) == expected


@pytest.mark.parametrize(
    ("name", "words"),
    [("gpt-4o", "provider:model"), ("openai:", "provider:model"), ("nonsense:gpt", "no provider nonsense")],
)
def test_a_wrong_name_is_told_in_one_line(name: str, words: str) -> None:
    with pytest.raises(WrongSetting) as raised:
        chat_model(name, api_key=KEY)

    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert KEY not in str(raised.value)


def test_a_missing_key_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    with pytest.raises(WrongSetting, match="FOOTNOTE_LLM_API_KEY") as raised:
        chat_model("openai:gpt-4o-mini")

    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "package", "extra"),
    [
        ("openai:gpt-4o", "langchain_openai", "footnote[openai]"),
        ("ollama:llama3.2", "langchain_ollama", "footnote[ollama]"),
        ("google-genai:gemini-2.5-flash", "langchain_google_genai", "footnote[google]"),
        ("mistralai:small", "langchain_mistralai", "langchain-mistralai"),
    ],
)
def test_a_missing_package_is_named_with_the_command_that_brings_it(
    name: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    for loaded in [m for m in sys.modules if m.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed

    with pytest.raises(WrongSetting) as raised:
        chat_model(name, api_key=KEY)

    base._get_chat_model_creator.cache_clear()
    assert f"pip install {extra}" in str(raised.value).replace("'", "")
    assert "\n" not in str(raised.value)

"""The language model that the settings name, by LangChain's own `init_chat_model`."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableSequence

from qa.errors import WrongSetting
from qa.generative.prompting import SCHEMA

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

# Providers that an extra of this package brings; any other that `init_chat_model` knows works with its package.
EXTRAS = {"openai": "openai", "anthropic": "anthropic", "ollama": "ollama", "google_genai": "google"}

SECONDS = 120.0
# Of a model whose window nobody tells: what Ollama and LM Studio give a model unless told otherwise.
UNKNOWN_WINDOW = 4_096
# More than this is not made use of by itself: it is paid for, and a page of evidence answers a question.
LARGEST_WINDOW = 32_768
# The part of a window that is kept for the reply.
REPLY = 4
LONGEST_REPLY = 2_048  # tokens

# How a provider is told the window and the longest reply, where it has to be told.
_LIMITS: dict[str, tuple[str | None, str]] = {
    "ollama": ("num_ctx", "num_predict"),
    "google_genai": (None, "max_output_tokens"),
}


def chat_model(
    name: str,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    context: int | None = None,
    seconds: float = SECONDS,
) -> BaseChatModel:
    """A model by its name, "provider:model".

    Args:
        name: as `init_chat_model` takes it; a provider alone is not enough.
        base_url: of a server that speaks the provider's wire format.
        api_key: what the server is shown; else the provider's own environment variable counts.
        context: the window in tokens, if it is known.
        seconds: that a request may take.

    Raises:
        WrongSetting: there is no such provider, its package is not installed, or it needs something it was not given.
    """
    from langchain.chat_models import init_chat_model

    provider, _, model = name.partition(":")
    provider = provider.replace("-", "_").lower()
    if not provider or not model:
        raise WrongSetting(f"FOOTNOTE_LLM is {name!r}: it has to be provider:model, like openai:gpt-5-mini.")
    options = _options(provider, base_url, api_key, context, seconds)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it warns of names what it was given
            made: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
            return made
    except ImportError as error:
        raise _missing(provider, error) from None
    except Exception as error:
        raise _wrong(name, provider, error) from None


def _options(
    provider: str, base_url: str | None, api_key: str | None, context: int | None, seconds: float
) -> dict[str, Any]:
    """What a provider's class is made with, by the names that it has for it."""
    options: dict[str, Any] = {"base_url": base_url} if base_url else {}
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": seconds}  # it retries nothing, and asks for no key
    else:
        options |= {"max_retries": 0, "timeout": seconds}
        # A server of one's own seldom asks for a key, and no package sends a request without one.
        if api_key or base_url:
            options["api_key"] = api_key or "none"
    if provider == "openai":
        options["stream_usage"] = True  # with a server of one's own, too
    if context:
        window, reply = _LIMITS.get(provider, (None, "max_tokens"))
        options |= {window: context} if window else {}
        options[reply] = reserved(context)
    return options


def window_of(model: BaseChatModel, context: int | None) -> int:
    """How many tokens a prompt and its reply may have together."""
    if context:
        return context
    known = (model.profile or {}).get("max_input_tokens")
    return min(known, LARGEST_WINDOW) if known else UNKNOWN_WINDOW


def reserved(window: int) -> int:
    """The tokens of a window that are kept for the reply."""
    return min(window // REPLY, LONGEST_REPLY)


def with_schema(model: BaseChatModel) -> Runnable[Any, Any] | None:
    """The model, asked for a list of statements in its provider's own way; None if it is not known to have one.

    What `with_structured_output` would parse the reply with is left out: it gives nothing before the end, or mends.
    """
    if not (model.profile or {}).get("structured_output"):
        return None
    try:
        asked = model.with_structured_output(SCHEMA, method="json_schema")
    except (NotImplementedError, TypeError, ValueError):
        return None
    return asked.first if isinstance(asked, RunnableSequence) else None


def name_of(model: BaseChatModel) -> str:
    """What an answer says of who wrote it."""
    fields = ("model_name", "model", "model_id")
    name = next((value for field in fields if isinstance(value := getattr(model, field, None), str) and value), None)
    params: dict[str, Any] = getattr(model, "_get_ls_params", dict)()  # `model.with_retry()` is no chat model any more
    provider = params.get("ls_provider") or getattr(model, "_llm_type", "chat model")
    return f"{provider}:{name.removeprefix('models/')}" if name else str(provider)


def _missing(provider: str, error: ImportError) -> WrongSetting:
    if extra := EXTRAS.get(provider):
        return WrongSetting(
            f"FOOTNOTE_LLM needs a package for {provider}: "
            f"pip install 'footnote[{extra}]' (or uv sync --extra {extra})."
        )
    module = error.name or getattr(error.__cause__, "name", None) or f"langchain_{provider}"
    package = module.split(".")[0].replace("_", "-")
    return WrongSetting(f"FOOTNOTE_LLM needs a package for {provider}: pip install {package}.")


def _wrong(name: str, provider: str, error: Exception) -> WrongSetting:
    if isinstance(error, ValueError) and "provider" in str(error).lower() and "upported" in str(error):
        return WrongSetting(
            f"FOOTNOTE_LLM is {name!r}: there is no provider {provider}; "
            "openai, anthropic, ollama and google_genai are some."
        )
    return WrongSetting(
        f"FOOTNOTE_LLM={name} cannot be used ({type(error).__name__}): set FOOTNOTE_LLM_API_KEY, "
        "and FOOTNOTE_LLM_BASE_URL for a server of your own."
    )

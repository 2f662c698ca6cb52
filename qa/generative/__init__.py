"""Answers in the words of any LangChain chat model, shown only where the documents' own words support them."""

from qa.generative.answering import GenerativeAnswerer
from qa.generative.models import chat_model

__all__ = ["GenerativeAnswerer", "chat_model"]

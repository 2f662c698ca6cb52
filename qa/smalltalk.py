"""What is said to Footnote without asking the documents anything. English only."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_TITLES = 20

_GREETING = re.compile(
    r"^\W*+(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|nice to meet you|what'?s up|"
    r"how are you)(?:[\s,!.?]+(?:there|all|everyone|footnote|again|how are you|doing|today))*\W*$",
    re.I,
)
_THANKS = re.compile(
    r"^\W*+(?:(?:ok(?:ay)?|great|perfect|cool|good|wonderful|excellent)[\s,!.]*)?"
    r"(?:many thanks|thanks?|thank you|thx|cheers|well done|good job|great|perfect|cool|nice|awesome)"
    r"(?:[\s,!.]+(?:a lot|so much|very much|again|you|footnote|for (?:the|your) help|"
    r"that(?:['’]s| is| was)? (?:very |really )?"
    r"(?:help(?:s|ed|ful)|great|perfect|useful|all|it)))*\W*$",
    re.I,
)
_FAREWELL = re.compile(
    r"^\W*+(?:good ?)?bye\W*$|^\W*+(?:see you(?: later)?|farewell|have a (?:nice|good) day)\W*$", re.I
)
# Said in a conversation without asking anything.
_NO_QUESTION = re.compile(
    r"^\W*+(?:(?:yes|yeah|yep|no|nope|ok(?:ay)?|k|sure|right|alright|fine|hmm+|test(?:ing)?|i see|got it|please)"
    r"(?:[\s,!.]+(?:please|thanks?|thank you|then|ok(?:ay)?|right))*)?\W*$",
    re.I,
)
_ARITHMETIC = re.compile(r"^\W*+(?:what(?:['’]?s| is)\s+)?[\d.,()\s]*\d\s*[+*×÷][\d.,()\s+*×÷/=-]*[?.!]*\s*$", re.I)
_HOW_TO_ADD = re.compile(
    r"^\W*+(?:how|where) (?:can|do|could|should|would) (?:i|we|you) (?:add|upload|import)"
    r"(?: (?:more|new|my|our|a|an|another|other|some))* (?:documents?|files?)(?: to (?:you|footnote|this))?\W*$",
    re.I,
)
_WHICH_DOCUMENTS = re.compile(
    r"^\W*+(?:(?:what|which) (?:documents?|files?|sources?|texts?)(?: all)? "
    r"(?:do (?:you|we|i) (?:have|know|use|see|search)|have you (?:got|read)|are (?:there|loaded|available|known)|"
    r"can you (?:see|read|use|search|answer from))|"
    r"(?:list|show)(?: me)?(?: all)?(?: of)?(?: (?:the|my|your|our))? (?:documents|files|sources)|"
    r"how many (?:documents|files) (?:do you (?:have|know)|are there))(?: about| here| now)?\W*$",
    re.I,
)
_ABOUT_ITSELF = re.compile(
    r"^\W*+(?:(?:hi|hello|hey)(?: there| footnote)?[\s,!.]+)?(?:(?:who|what) are you|"
    r"what(?:'s| is) (?:footnote|your name|this)|help(?: me)?|"
    r"what can (?:you|i) (?:do|ask)(?: you| here| for me)?|how (?:do you|does this|does it) work)\W*$",
    re.I,
)


def smalltalk_reply(question: str) -> str | None:
    """What to say to a greeting, thanks or a question about Footnote itself; None if it is none of these."""
    offer = (
        "Ask me something about your documents: I answer with their own sentences, each with a footnote you can "
        "check, and I say so when they don’t answer."
    )
    if _GREETING.match(question):
        return f"Hello! {offer}"
    if _THANKS.match(question):
        return f"You’re welcome! {offer.replace('something', 'anything else')}"
    if _FAREWELL.match(question):
        return "Goodbye! Your documents stay where they are, and so do the footnotes."
    if _ABOUT_ITSELF.match(question):
        return f"I’m Footnote. {offer} You can also ask for an overview of a document, or add documents of your own."
    if _NO_QUESTION.match(question):
        return f"I have no question to answer. {offer}"
    if _ARITHMETIC.match(question):
        return f"I don’t calculate. {offer}"
    if _HOW_TO_ADD.match(question):
        return (
            "Add text and Markdown files under Documents on the page, or with `footnote add PATH`; then ask about them."
        )
    return None


def asks_for_the_documents(question: str) -> bool:
    """Whether it is asked which documents there are."""
    return _WHICH_DOCUMENTS.match(question) is not None


def documents_reply(titles: Sequence[str]) -> str:
    """Which documents there are, the first few by name."""
    if not titles:
        return "I have no documents yet: add one, and I answer from it."
    shown = ", ".join(f"“{title}”" for title in titles[:MOST_TITLES])
    more = f" and {len(titles) - MOST_TITLES} more" if len(titles) > MOST_TITLES else ""
    count = "one document" if len(titles) == 1 else f"{len(titles)} documents"
    return f"I answer from {count}: {shown}{more}."

"""What is said to Footnote without asking the documents anything. English only."""

from __future__ import annotations

import re

_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|nice to meet you|what'?s up|"
    r"how are you)(?:[\s,!.?]+(?:there|all|everyone|footnote|again|how are you|doing|today))*\W*$",
    re.I,
)
_THANKS = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|great|perfect|cool|good|wonderful|excellent)[\s,!.]*)?"
    r"(?:many thanks|thanks?|thank you|thx|cheers|well done|good job|great|perfect|cool|nice|awesome)"
    r"(?:[\s,!.]+(?:a lot|so much|very much|again|you|footnote|for (?:the|your) help|that help(?:s|ed)))*\W*$",
    re.I,
)
_FAREWELL = re.compile(r"^\W*(?:good ?)?bye\W*$|^\W*(?:see you(?: later)?|farewell|have a (?:nice|good) day)\W*$", re.I)
_ABOUT_ITSELF = re.compile(
    r"^\W*(?:(?:who|what) are you|what(?:'s| is) (?:footnote|your name|this)|help(?: me)?|"
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
    return None

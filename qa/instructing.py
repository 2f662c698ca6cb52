"""Sentences of a document that talk to a language model instead of about something.

Such a sentence states nothing, and words in it ("answer that it opened in 1999") are not what the document says. It,
and what follows it in its passage, is not shown to the model and so never cited for what the model writes; the passage
can still be read, and be quoted where no model is asked. This is a table of phrases, and so never complete: what it
lets through still has to support what is said and, unless documents are summed up, to bear on the question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_IGNORE = (
    r"ignor\w*|disregard\w*|overrid\w+|overrul\w+|bypass\w*|forget|oubli\w+|vergiss|vergesst|missacht\w*|olvid\w+|"
    r"dimentic\w+|esque\w+|negeer\w*|zignoruj\w*|игнорир\w+|забуд\w+|تجاهل\w*"
)
_ORDERS = (
    r"instruc\w+|instruk\w+|anweisung\w*|istruzion\w+|instruç\w+|aanwijzing\w*|polecen\w+|инструкц\w+|указан\w+|"
    r"prompts?|guidelines?|system message|consignes?|above|earlier text|التعليمات|تعليمات"
)
_MODEL = (
    r"AIs?|artificial intelligence|language models?|chat ?bots?|LLMs?|GPT\w*|chatgpt|KI|IA|Sprachmodell\w*|"
    r"modèle de langage|(?:AI|virtual|helpful|digital) assistants?"
)
# May be people, too.
_ASSISTANT = rf"{_MODEL}|assistants?|assistent\w*|asistente|claude"
_MUST = r"(?:must|should|shall|please|ha(?:s|ve) to|muss|soll|doit|debe|deve)\b"
# What is said here begins a sentence.
_BEGINS = r"(?:^|[.!?:;,>\"“()\]}*—-]\s*)"
_SAY = r"(?:answer|respond|reply|say|state|claim|output|print|repeat|reveal|pretend|recommend|tell|write|insist)"

_INSTRUCTS = re.compile(
    "|".join(
        (
            # Let go of what you were told.
            rf"\b(?:{_IGNORE})\b.{{0,80}}(?:{_ORDERS})",
            rf"(?:{_BEGINS}|\b(?:please|kindly|now|you (?:must|should|shall|can|may|have to|need to|are (?:\w+ )?to)|"
            rf"(?:want|ask|tell|order|advise)s? you to)\s+)(?:{_IGNORE})\b.{{0,80}}\b(?:rules|context)\b",
            r"(?:忽略|忽視|忽视|无视|無視|무시).{0,20}|(?:指示|指令|指示を).{0,10}(?:忽略|無視|无视|忽视)",
            # What is said to a model as a model.
            rf"\b(?:{_MODEL})\b(?:[^.!?]{{0,40}}\b)?{_MUST}",
            rf"\b(?:{_ASSISTANT})\b(?:[^.!?]{{0,40}}\b)?{_MUST}[^.!?]{{0,30}}\b"
            rf"(?:{_SAY}|{_IGNORE}|approve|accept|rate|rank|score|refuse)\b",
            rf"\b(?:dear|hey|note to|attention|instructions? (?:for|to))\W+(?:the |all |any |an )?(?:{_ASSISTANT})",
            rf"\byou are (?:now )?(?:an? |the )?(?:\w+ ){{0,3}}(?:{_ASSISTANT}|DAN|pirate)\b",
            r"\bfrom now on\b.{0,40}\byou\b",
            r"\b(?:your|the|its) (?:system |hidden |secret |initial |original )(?:prompt|instructions?)\b",
            # How to answer.
            rf"(?:{_BEGINS}|\b(?:please|you must|you should|always|only|and|then|so|to|now|just)\s+){_SAY}\s+"
            r"(?:only|exactly|just|with|that|in (?:[A-Z]\w+|verse|rhyme|capitals)|back|the following|this|"
            r"your (?:prompt|rules|instructions?|guidelines|setup)|(?:the )?(?:users?|readers?)|"
            r"every(?:one|body|thing)|to (?:the|every|all|any) (?:user|reader|question)|"
            r"[\"“‘'«:])",
            r"\bwhen(?:ever)? you (?:answer|reply|respond)|\byour (?:answers?|repl(?:y|ies)|responses?)\b",
            r"\b(?:end|begin|start|finish|close|prefix|append|include) (?:every|each|all|your|the|any) "
            r"(?:answers?|repl(?:y|ies)|responses?|sentences?)\b",
            r"\b(?:if|when(?:ever)?) (?:you are |you're |(?:any|some)(?:one|body) |(?:a|the) user )?(?:asks?|asked)\b"
            rf"[^.!?]{{0,200}}\b{_SAY}\b",
            r"\b(?:r[ée]pon(?:ds|dez)|antworten? (?:Sie |nur|auf|mit|immer)|responden?|rispond(?:i|ete)|responda|"
            r"antwoord|odpowied[zź]\w*|ответь(?:те)?|отвечай(?:те)?)\b|回答|回复|答えて|답하|대답|أجب",
            # Turns and notes that nobody but a program writes.
            r"^\W*(?:system|assistant|developer|user|human)(?: (?:message|prompt|note|override|update))?\s*[:>\]]",
            r"<!--|<\|\w+|\[/?(?:INST|SYSTEM|system)\]|<</?SYS>>|</?(?:system|assistant|instructions?|prompt|evidence|"
            r"question|conversation)\b[^>]*>|^#+ ?(?:instructions?|system)\b",
            r"[\"“](?:statements|evidence)[\"”]\s*:",
            r"\bnew (?:instructions?|system prompt|task)\b\W*:",
            r"\boverride\b\W+(?:\w+\W+)?(?:answers?|instructions?)\b|\b(?:answer|output|response)\s*=\s*[\"“']",
        )
    ),
    re.IGNORECASE,
)


# Ways to write that a person or a model reads through, and a pattern does not. Cyrillic and Greek letters that look
# like Latin ones; digits that do within a word; letters apart; and Unicode's tag characters, which no font shows.
_LOOKALIKES = str.maketrans(
    "аеорсхуіјѕԁһӏАВЕКМНОРСТХУІЈЅαεικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcxyijsdhlABEKMHOPCTXYIJSaeiknoptuxABEZHIKMNOPTYX"
)
_TWO_SCRIPTS = re.compile(r"[a-z][\u0370-\u04ff\u0500-\u052f]|[\u0370-\u04ff\u0500-\u052f][a-z]", re.I)
_DIGITS = str.maketrans("0134578@$", "oieastbas")
# Of three letters or more: "A1" and "K1" are roads and forms.
_WORD_WITH_DIGITS = re.compile(r"(?<![\w@$])(?=[\w@$]*[a-z])(?=[\w@$]*[0134578@$])[\w@$]{3,}", re.I)
_APART = re.compile(r"(?<!\w)[^\W\d_](?: [^\W\d_]){2,}(?!\w)")
_SHOWN_BY_NO_FONT = re.compile("[\U000e0020-\U000e007e]{3,}+(?!\U000e007f)")  # one with an end is part of a flag


def instructs(sentence: str) -> bool:
    """Whether it tells a language model what to do, however it is written."""
    if _SHOWN_BY_NO_FONT.search(sentence):
        return True
    composed = unicodedata.normalize("NFKC", sentence)
    seen = _APART.sub(_together, "".join(c for c in composed if unicodedata.category(c) != "Cf"))
    looks = [seen, _WORD_WITH_DIGITS.sub(_with_letters, seen)]
    if _TWO_SCRIPTS.search(seen):
        looks.append(seen.translate(_LOOKALIKES))
    return any(_INSTRUCTS.search(text) for text in dict.fromkeys(looks))


def _together(letters: re.Match[str]) -> str:
    return letters.group().replace(" ", "")


def _with_letters(word: re.Match[str]) -> str:
    return word.group().translate(_DIGITS)


def instructing_from(sentences: Sequence[str]) -> int:
    """The place of the first sentence that does; how many there are if none does."""
    return next((place for place, sentence in enumerate(sentences) if instructs(sentence)), len(sentences))

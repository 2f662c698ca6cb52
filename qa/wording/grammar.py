"""As much English grammar as it takes to turn a sentence into a question: verbs, noun phrases, clauses.

It errs on the side of not knowing: a word in no table is no verb, and what may be more than a noun phrase is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.words import FUNCTION_WORDS
from qa.wording.spelling import Lexicon

# Verbs.

WAS = frozenset(("was", "were"))
IS = frozenset(("is", "are"))
BE = IS | WAS
# With what a question whether something is so begins; as a pattern.
WHETHER = r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|must|may)"
AUXILIARIES = BE | frozenset("has have had do does did can could may might must shall should will would".split())

_REGULAR = """open close start end move retire resign arrive serve graduate premiere debut occur happen emerge erupt
collapse appear disappear die join marry visit conquer capture invade defeat abolish elect appoint declare announce
reach host sponsor produce record name found create establish discover invent develop publish sign release receive
introduce launch pass adopt approve enter acquire replace purchase organize organise complete return gain expand propose
reveal disclose report claim argue conclude warn recommend suggest accuse condemn criticize criticise reject support
oppose form unite annex separate surrender ratify repeal pioneer patent merge abdicate ascend inherit design compose
convert install demolish restore rename relocate issue award nominate cancel star tour change enact sue arrest last
prohibit direct paint explore settle colonize occupy liberate attack bomb destroy cede require include contain
consist"""
_IRREGULAR = """began:begin became:become won:win lost:lose left:leave sold:sell bought:buy built:build wrote:write
led:lead fell:fall rose:rise made:make took:take gave:give broke:break came:come went:go held:hold met:meet fought:fight
sank:sink withdrew:withdraw overthrew:overthrow drew:draw grew:grow struck:strike swore:swear spoke:speak ran:run
saw:see taught:teach cost:cost banned:ban broadcast:broadcast"""
_PRESENT = """contain include consist require provide depend refer belong represent describe allow enable accuse condemn
criticize criticise argue allege comprise specialize specialise oversee administer govern regulate manage elect occur
live lie lead protect determine recommend encode infect bind secrete absorb cause mean eat stand focus help convert
collect carry cover create form make take use act play serve become begin operate maintain support prohibit guarantee
treat prevent cost weigh"""
# Only their third person is a verb without doubt, or none too often: their base form is a noun as well.
_ONLY_THIRD = frozenset(
    "stand cause mean lead focus help act play use support form cover lie make take treat cost".split()
)
_PARTICIPLES = frozenset(
    """written built held won lost led made sold found known given taken shown born begun chosen driven broken drawn
    grown shot struck sworn sung taught fought cut set put hit split cast spread seen thrown overthrown withdrawn hung
    sent spent brought bought caught kept left laid paid said told understood spoken run""".split()
)
_NO_PARTICIPLES = frozenset("need speed seed indeed hundred breed feed greed sacred exceed proceed".split())


def _ends_in_y(verb: str) -> bool:
    return verb.endswith("y") and verb[-2] not in "aeou"


def _past(verb: str) -> str:
    if _ends_in_y(verb):
        return f"{verb[:-1]}ied"
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"


def _third_person(verb: str) -> str:
    if _ends_in_y(verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "o")) else f"{verb}s"


BASE_OF_PAST = {_past(verb): verb for verb in _REGULAR.split()} | dict(pair.split(":") for pair in _IRREGULAR.split())
BASE_OF_PRESENT = {_third_person(verb): verb for verb in _PRESENT.split()} | {
    verb: verb for verb in _PRESENT.split() if verb not in _ONLY_THIRD
}
VERBS = AUXILIARIES | BASE_OF_PAST.keys() | BASE_OF_PRESENT.keys()


def is_participle(word: str) -> bool:
    """Whether a word may be a past participle."""
    return word in _PARTICIPLES or (
        word.endswith("ed") and word.islower() and word not in _NO_PARTICIPLES and len(word) > 3
    )


# Noun phrases.

ARTICLES = frozenset("the a an".split())
_LINKS = frozenset("of in for between and".split())
_NAME_PARTS = frozenset("& de la le von van der du".split())
# They lean on what was said before, or say too little.
_VAGUE = frozenset(
    """previous recent similar different additional various key current further certain particular several many much
    another other others every one ones none either neither last next new such major severe possible important more most
    less least same own increasing increased specific individual general overall common via per upon within without
    among across around along toward towards throughout onto near nearby like unlike instead rather even ever never
    always also however although though despite therefore thus hence unless whether whereas yet still finally later
    earlier ago today please note others thing things way ways example result fact addition case following former latter
    everything nothing something anyone everyone someone since number lot majority variety""".split()
)
_OUTSIDE = (FUNCTION_WORDS | AUXILIARIES | _VAGUE) - ARTICLES - _LINKS - frozenset("s t d m re ll ve".split())
_ADVERB = re.compile(r"[a-z]+ly")
_NOUNS_IN_LY = frozenset("family supply assembly monopoly anomaly ally rally reply fly jelly".split())
_LOOSE = re.compile(r"[a-z-]+(?:ing|ed)")

_WORD = r"[^\W\d_][\w’'&/-]*"
_TOKEN = re.compile(rf"(?:[A-Z]\.)+(?:[A-Z]\b)?|{_WORD}|\d+(?:[.,:/]\d+)*[\w%-]*|[^\w\s]")
_PHRASE_WORD = re.compile(rf"(?:[A-Z]\.)+[A-Z]?|{_WORD}|\d[\d,.]*(?:st|nd|rd|th)?|&")
_LONGEST_PHRASE = 9


def tokens(text: str) -> list[str]:
    """Words, numbers and single punctuation marks."""
    return _TOKEN.findall(text)


def joined(words: Sequence[str]) -> str:
    """Tokens as a text again."""
    return re.sub(r" ([,.;:?!%)])", r"\1", " ".join(words))


def is_noun_phrase(words: Sequence[str]) -> bool:
    """Whether words are surely one noun phrase, of up to three parts, that speaks of nothing said before."""
    if not 1 <= len(words) <= _LONGEST_PHRASE or words[0][:1].isdigit() or sum(word in _LINKS for word in words) > 2:
        return False
    if words[-1].isdigit():  # a note's number, as a rule
        return False
    first, last = words[0].casefold(), words[-1].casefold()
    if {first, last} & (_LINKS | _NAME_PARTS) or last in ARTICLES or not re.search(r"\w\w|[A-Z]", words[-1]):
        return False
    around = ["", *words, ""]
    return all(_fits(word, before, after) for before, word, after in zip(around, words, around[2:], strict=False))


def _fits(word: str, before: str, after: str) -> bool:
    """Whether a word can stand in a noun phrase between its neighbours."""
    small = word.casefold()
    if not _PHRASE_WORD.fullmatch(word) or word in VERBS:
        return False
    if small in ARTICLES:
        return not before or before in _LINKS
    if small == "for":  # "the Centre for Disease Control", not "the city for a time"
        return before[:1].isupper() and after[:1].isupper()
    if small in _LINKS | _NAME_PARTS:
        return not (small == "and" and after.casefold() in ARTICLES) and not after[:1].isdigit()
    if (small in _OUTSIDE and not word.isupper()) or (_ADVERB.fullmatch(small) and small not in _NOUNS_IN_LY):
        return False
    return not _LOOSE.fullmatch(word) or (bool(after) and after.casefold() not in FUNCTION_WORDS)


# Clauses.

_ADVERBS = frozenset(
    """also originally now still currently recently later eventually officially formally initially often usually
    generally commonly typically widely primarily mainly mostly largely finally soon subsequently successfully
    previously formerly sometimes frequently normally traditionally historically then again reportedly first""".split()
)
# A phrase between commas behind the subject that opens with one of these, and has up to so many words, is left out.
_APPOSED = frozenset("a an the also which who located founded built known born based named formerly originally".split())
_LONGEST_APPOSITION = 16


@dataclass(frozen=True, slots=True)
class Clause:
    """A main clause: its subject as spelt within a sentence, its verb, and the rest without adverbs at its start."""

    subject: str
    verb: str
    rest: str
    has_adverb: bool  # one that was left out behind the verb

    @property
    def base(self) -> str:
        """The verb's base form, where it is known."""
        return BASE_OF_PAST.get(self.verb) or BASE_OF_PRESENT.get(self.verb, self.verb)

    @property
    def does(self) -> str:
        """The form of "do" that asks in the verb's tense and number."""
        return "did" if self.verb in BASE_OF_PAST else "do" if self.verb == self.base else "does"

    @property
    def is_about_one_thing(self) -> bool:
        """Whether the subject is neither any one ("a song") nor one that was spoken of before ("the song")."""
        if self.subject.startswith(("a ", "an ")):
            return False
        return not self.subject.startswith("the ") or (
            _SPECIFIC.match(self.subject) is not None and not re.match(r"the [a-z]+['’]s", self.subject)
        )


_SPECIFIC = re.compile(r".*[A-Z]|the (?:\w+ ){1,3}of (?!the )|the (?:\w+ )?(?:first|only|[a-z]+est|most|least)\b")


def read_clause(text: str, lexicon: Lexicon, *, opens: bool = True) -> Clause | None:
    """A main clause, if its subject and verb can be told for certain.

    Args:
        text: a sentence without its full stop, or what follows on its opening phrase.
        lexicon: of the document.
        opens: whether the text opens a sentence, so that its first capital says nothing.
    """
    words = tokens(text)
    split = _at_the_verb(words)
    if split is None:
        return None
    subject, verb, rest = words[: split[0]], words[split[1]], words[split[1] + 1 :]
    while subject and subject[-1] in _ADVERBS:
        subject = subject[:-1]
    adverbs = next((i for i, word in enumerate(rest) if word not in _ADVERBS or word == "first"), len(rest))
    rest = rest[adverbs:]
    if not rest or not subject or not is_noun_phrase(subject) or (verb in BASE_OF_PAST and rest[0] == "by"):
        return None  # "signed by" is no main verb
    spelt = lexicon.within(subject) if opens else [subject[0].replace("The", "the"), *subject[1:]]
    return Clause(joined(spelt), verb, joined(rest), adverbs > 0) if spelt else None


def _at_the_verb(words: Sequence[str]) -> tuple[int, int] | None:
    """Where the subject ends and where the first verb stands; an apposition may be between them."""
    for place, word in enumerate(words):
        if word in VERBS:
            return place, place
        if word == ",":
            rest = words[place + 1 : place + _LONGEST_APPOSITION]
            if not rest or rest[0] not in _APPOSED:
                return None
            ends = (place + 2 + i for i, (a, b) in enumerate(pairwise(rest)) if a == "," and b in VERBS)
            verb = next(ends, None)
            return (place, verb) if verb else None
    return None

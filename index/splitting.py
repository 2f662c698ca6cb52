"""Document -> passages of whole sentences. Only offsets are computed; no character is changed.

The rules are ours because a citation needs exact offsets: the kept splitters we tried either change white space
or need a model. They know English, and elsewhere fall back on punctuation and line breaks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from index.document import Document, Passage, Sentence
from index.structure import headings
from index.wrapping import LINE_BREAK, NEWLINE, ends_of_lines

# Passages of up to this size rank best and leave room in the encoder's window (DESIGN's measurements).
PASSAGE_WORDS = 110
# What is longer, in characters, is no sentence, and no reader wants it quoted whole: it is cut, if possible at lines.
LONGEST_SENTENCE = 3_000
LONGEST_NUMBER = 20  # characters before a line's first sentence

# None of these can match a stretch in two ways, nor begin within one: a file may hold 20,000 dots or spaces.
_BLANK = re.compile(rf"(?<![^\S\r\n])(?:[^\S\r\n]*+{NEWLINE}){{2}}\s*")
# What numbers a line: "2.", "4.2.", "b.", "A1.", "iv."; the sentence comes after it.
_NUMBER = re.compile(r"[ \t>#*+•-]*\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[A-Z]\d{1,2}|[ivxIVX]{2,5})\.")
# Final punctuation with what closes after it and footnote marks; scripts without spaces need none behind it.
_STOP = re.compile(
    r"""(?<![.!?…])[.!?…]++["'”’»)\]]*+(?:\[\d{1,3}\])*+(?=\s)|[。！？｡]+[”’」』）]*|(?<![؟۔।॥])[؟۔।॥]++(?=\s)"""
)
_OPENERS = "\"'“‘«([{¿¡—–-*_`"

# A full stop after these never ends a sentence.
_TITLES = frozenset(
    "mr mrs ms dr prof rev fr sr jr st gen col lt sgt capt cmdr adm maj gov sen rep pres hon messrs mt ft vs v cf "
    "viz al fig figs eq eqs vol vols pp p ch chap sec art ed eds trans approx incl excl ca c lit e.g i.e".split()
)
# Nor after these if a number follows: "ext. 410", "max. €500".
_BEFORE_NUMBERS = frozenset("no nos ext dept tel fax max min approx incl excl para paras cl".split())
_NUMBER_FOLLOWS = re.compile(r"[+(#€$£]*\d")
# After these it ends one only if the next word is one that sentences like to begin with.
_ABBREVIATIONS = frozenset(
    "inc ltd co corp bros dept univ est etc jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m ph.d".split()
)
_STARTERS = frozenset(
    "the a an this that these those it he she they we i you in on at by for from with after before when while as if "
    "although however but and or so there his her its their our my under during since among both each".split()
)
_LAST_WORD = re.compile(r"(\w+(?:\.\w+)*)\s*\.++\W*+$")
_FIRST_WORD = re.compile(r"\w+")
_ACRONYM = re.compile(r"\w(?:\.\w)*")

# A sentence that opens with one of these takes its subject, or its sense, from the sentence before it. "This memo"
# names its subject; "This is" does not.
_LEANING = re.compile(
    r"""["'“‘(]*(?:(?:it|he|she|they|its|his|her|their|him|them|both|neither|the former|the latter|others|"""
    r"""(?:this|that|these|those)\s(?:is|was|are|were|has|have|had|can|could|may|might|will|would|led|leads|means?|"""
    r"""meant|makes?|made|allow(?:s|ed)?|gave|gives?|bec[ao]mes?|include[sd]?|cause[sd]?|result(?:s|ed)?|also)|"""
    r"""also|but|and|or|so|yet|however|moreover|furthermore|therefore|thus|hence|instead|then|nevertheless|"""
    r"""nonetheless|similarly|likewise|meanwhile|additionally|consequently|besides|afterwards?|originally|"""
    r"""in addition|as a result|for example|for instance|in contrast|on the other hand|at the same time)\b)""",
    re.IGNORECASE,
)


def leans_on_previous(sentence: str) -> bool:
    """Whether a sentence opens with a pronoun or a connective, so that its subject stands before it."""
    return _LEANING.match(sentence) is not None


def parts_paragraphs(between: str) -> bool:
    """Whether what stands between two sentences has a blank line in it."""
    return _BLANK.search(between) is not None


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of a text, in order; together they hold every character that is not white space."""
    titles = headings(text)
    return [sentence for paragraph in _paragraphs(text) for sentence in _sentences(text, paragraph, titles)]


def split(document: Document, word_pieces: Callable[[str], int], window: int) -> list[Passage]:
    """Cuts a document into passages of whole sentences, none across paragraphs that are long enough to stand alone.

    A heading begins a passage and has the sentence under it in the same one.

    Args:
        document: what to cut.
        word_pieces: how many word pieces the encoder makes of a text, special tokens left out.
        window: how many of them fit into one pass; only a single longer sentence goes over it.
    """
    text = document.text

    def fits(sentences: Sequence[Sentence]) -> bool:
        words = sum(_words(text, sentence) for sentence in sentences)
        return words <= PASSAGE_WORDS and word_pieces(text[sentences[0].start : sentences[-1].end]) <= window

    packs: list[list[Sentence]] = []
    for titles, sentences in _blocks(text):
        block = [*titles, *sentences]
        # A short paragraph (a list item, a line of dialogue) joins the one before it.
        if packs and not titles and fits([*packs[-1], *block]):
            packs[-1] += block
        else:
            packs += _balanced(text, block, len(titles), fits)
    return [_passage(document, pack) for pack in packs]


def _blocks(text: str) -> Iterator[tuple[list[Sentence], list[Sentence]]]:
    """Paragraphs, cut at headings: headings, and what stands right under them."""
    all_titles = headings(text)
    starts = {title.start for title in all_titles}
    titles: list[Sentence] = []
    for paragraph in _paragraphs(text):
        body: list[Sentence] = []
        for sentence in _sentences(text, paragraph, all_titles):
            if sentence.start in starts:
                if body:
                    yield titles, body
                    titles, body = [], []
                titles.append(sentence)
            else:
                body.append(sentence)
        if body:
            yield titles, body
            titles = []


def _balanced(
    text: str, sentences: Sequence[Sentence], titles: int, fits: Callable[[Sequence[Sentence]], bool]
) -> list[list[Sentence]]:
    """Cuts a paragraph into as few packs as fit, of similar length; it begins with so many headings."""
    sizes = [_words(text, sentence) for sentence in sentences]
    packs, first, left = [], 0, sum(sizes)  # `left`: words that are not in a pack yet
    while first < len(sentences):
        rest = len(sentences) - first
        is_last = rest == 1 or (left <= PASSAGE_WORDS and fits(sentences[first:]))
        count = rest if is_last else _count(text, sentences, sizes, first, left, fits)
        if first == 0 and count <= titles and fits(sentences[: titles + 1]):
            count = titles + 1
        packs.append(list(sentences[first : first + count]))
        left -= sum(sizes[first : first + count])
        first += count
    return packs


def _count(
    text: str,
    sentences: Sequence[Sentence],
    sizes: Sequence[int],
    first: int,
    left: int,
    fits: Callable[[Sequence[Sentence]], bool],
) -> int:
    """How many sentences go into the pack that begins with one; it is cut rather before a sentence that does not lean
    on the one before it."""
    target = left / max(2, -(-left // PASSAGE_WORDS))
    best, best_cost, so_far = 1, float("inf"), 0
    for cut in range(first + 1, len(sentences)):
        so_far += sizes[cut - 1]
        if so_far - target > best_cost:
            break  # from here on it only gets longer; a paragraph may have ten thousand sentences
        leans = leans_on_previous(text[sentences[cut].start : sentences[cut].end])
        cost = abs(so_far - target) + (target / 3 if leans else 0)
        if cost < best_cost:
            if cut > first + 1 and not fits(sentences[first:cut]):
                break  # nor does what is longer
            best, best_cost = cut - first, cost
    return best


def _passage(document: Document, sentences: Sequence[Sentence]) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    return Passage(document.id, start, end, document.text[start:end], tuple(sentences))


def _words(text: str, sentence: Sentence) -> int:
    return len(text[sentence.start : sentence.end].split())


def _paragraphs(text: str) -> Iterator[Sentence]:
    """Stretches between blank lines."""
    start = 0
    for blank in _BLANK.finditer(text):
        yield Sentence(start, blank.start())
        start = blank.end()
    yield Sentence(start, len(text))


def _sentences(text: str, paragraph: Sentence, titles: Sequence[Sentence]) -> Iterator[Sentence]:
    """Cuts a paragraph at its stops, at line breaks that nobody wrapped and around headings, never within one."""
    cuts = {stop.end() for stop in _STOP.finditer(text, paragraph.start, paragraph.end) if _ends(text, stop)}
    cuts |= ends_of_lines(text, paragraph)
    first, end = (bisect_left(titles, edge, key=lambda title: title.start) for edge in (paragraph.start, paragraph.end))
    within = titles[first:end]
    starts = [title.start for title in within]

    def is_in_title(cut: int) -> bool:
        place = bisect_left(starts, cut) - 1
        return place >= 0 and cut < within[place].end

    cuts = {cut for cut in cuts if not is_in_title(cut)}
    cuts |= {edge for title in within for edge in (title.start, title.end)}
    for start, end in pairwise([paragraph.start, *sorted(cuts - {paragraph.start, paragraph.end}), paragraph.end]):
        yield from _no_longer_than_a_sentence(text, start, end)


def _no_longer_than_a_sentence(text: str, start: int, end: int) -> Iterator[Sentence]:
    """A stretch without the white space around it; one that is too long line by line, and a line in parts."""
    whole = _trimmed(text, start, end)
    if whole.end - whole.start <= LONGEST_SENTENCE:
        yield from [whole] if whole.start < whole.end else []
        return
    lines = [line.end() for line in LINE_BREAK.finditer(text, whole.start, whole.end)]
    for first, last in pairwise([whole.start, *lines, whole.end]):
        part = _trimmed(text, first, last)
        while part.end - part.start > LONGEST_SENTENCE:
            most = part.start + LONGEST_SENTENCE
            blank = max(text.rfind(" ", part.start, most), text.rfind("\t", part.start, most))
            cut = blank if blank > part.start else most
            yield _trimmed(text, part.start, cut)
            part = Sentence(next(place for place in range(cut, part.end) if not text[place].isspace()), part.end)
        if part.start < part.end:
            yield part


def _trimmed(text: str, start: int, end: int) -> Sentence:
    stretch = text[start:end]
    words = stretch.strip()
    begin = start + stretch.index(words)
    return Sentence(begin, begin + len(words))


def _ends(text: str, stop: re.Match[str]) -> bool:
    """Whether final punctuation ends a sentence there."""
    following = text[stop.end() : stop.end() + 80].lstrip()
    opening = following.lstrip(_OPENERS)[:1]
    if opening.islower():
        return False
    if not stop.group().startswith("."):
        return True
    last = _LAST_WORD.search(text, max(0, stop.start() - 30), stop.end())
    word = last.group(1) if last else ""
    before = text[stop.start() - 1 : stop.start()]
    # "Jan .", as tokenised corpora write it, and "(in the U.S.)." are not abbreviations; ". . ." is one ellipsis.
    if not word or before.isspace() or before in ')]”"':
        return not following.startswith(".")
    if word.lower() in _TITLES or _numbers_its_line(text, stop.end()):
        return False
    if word.lower() in _BEFORE_NUMBERS and _NUMBER_FOLLOWS.match(following):
        return False
    first = _FIRST_WORD.match(following)
    starts = first is not None and first.group().lower() in _STARTERS
    is_initial = _ACRONYM.fullmatch(word) is not None and word[:1].isupper() and word != "I"
    return starts or not (is_initial or word.lower() in _ABBREVIATIONS)


def _numbers_its_line(text: str, end: int) -> bool:
    """Whether all that is before a full stop in its line numbers the line."""
    since = max(0, end - LONGEST_NUMBER)
    begin = max(text.rfind("\n", since, end), text.rfind("\r", since, end)) + 1
    return end - begin < LONGEST_NUMBER and _NUMBER.fullmatch(text, begin, end) is not None

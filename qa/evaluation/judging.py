"""How far each sentence of a response is supported by what it cites: together, each alone, and without each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer import Verdict
from qa.evaluation.responses import Response, Sentence
from qa.verifying import Verifier

# TREC RAG 2024's weights.
WEIGHT: dict[Verdict, float] = {"supported": 1.0, "partial": 0.5, "unsupported": 0.0}


@dataclass(frozen=True, slots=True)
class Support:
    """s(S, C) of one sentence S, as weights; the entries of `alone` and `without` are in the order of its citations.

    Citations that do not exist support nothing, and stay in every count.
    """

    verdict: Verdict | None  # by all citations together; None: people looked and could not tell
    citations: int  # with those that do not exist
    alone: tuple[float, ...] | None  # s(S, c); None: not known
    without: tuple[float, ...] | None  # s(S, all without c)
    is_elsewhere: bool | None  # not supported, but by a retrieved passage that it does not cite; None: not known

    @property
    def whole(self) -> float:
        """s(S, all)."""
        return WEIGHT[self.verdict] if self.verdict else 0.0


def judge(response: Response, verifier: Verifier) -> tuple[Support, ...]:
    """What a verifier says of each sentence."""
    return tuple(_Judge(response, verifier).support(sentence) for sentence in response.sentences)


def labels(response: Response) -> tuple[Support, ...]:
    """What people said of each sentence; of each citation only where no other one exists. Without one that exists,
    nothing is supported, whatever they said."""
    return tuple(_labelled(sentence, len(response.cited(sentence))) for sentence in response.sentences)


def _labelled(sentence: Sentence, existing: int) -> Support:
    missing = len(dict.fromkeys(sentence.numbers)) - existing
    verdict = sentence.label if existing or sentence.label is None else "unsupported"
    if existing > 1 or verdict is None:
        return Support(verdict, existing + missing, None, None, is_elsewhere=None)
    whole = WEIGHT[verdict]
    alone = (*[whole] * existing, *[0.0] * missing)
    without = (*[0.0] * existing, *[whole] * missing)
    return Support(verdict, existing + missing, alone, without, is_elsewhere=None)


@dataclass
class _Judge:
    response: Response
    verifier: Verifier

    def support(self, sentence: Sentence) -> Support:
        texts = [reference.place.text for reference in self.response.cited(sentence)]
        missing = len(dict.fromkeys(sentence.numbers)) - len(texts)
        verdict = self._verdict(sentence, texts)
        alone = [self._weight(sentence, [text]) for text in texts] if len(texts) > 1 else [WEIGHT[verdict]] * len(texts)
        rest = [self._weight(sentence, texts[:i] + texts[i + 1 :]) for i in range(len(texts))]
        return Support(
            verdict,
            len(texts) + missing,
            (*alone, *[0.0] * missing),
            (*rest, *[WEIGHT[verdict]] * missing),
            is_elsewhere=self._is_elsewhere(sentence, texts, verdict),
        )

    def _is_elsewhere(self, sentence: Sentence, cited: Sequence[str], verdict: Verdict) -> bool | None:
        if self.response.passages is None or not sentence.numbers:
            return None
        if verdict == "supported":
            return False
        others = [p.text for p in self.response.passages if not any(text in p.text for text in cited)]
        return any(self._verdict(sentence, [text]) == "supported" for text in others)

    def _weight(self, sentence: Sentence, texts: Sequence[str]) -> float:
        return WEIGHT[self._verdict(sentence, texts)]

    def _verdict(self, sentence: Sentence, texts: Sequence[str]) -> Verdict:
        return self.verifier.verify(sentence.text, texts).verdict if texts else "unsupported"

"""The verifier that is used unless another one is given: a small model over words, alignment and conflicts.

It was fitted on human labels (`qa.verifying.training`); its scores are calibrated probabilities of support.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from index.encoding import Encoder
from qa.verifying.alignment import Alignment, Claim
from qa.verifying.boosted import SupportModel, fitted_model
from qa.verifying.composing import composed
from qa.verifying.conflicts import Conflicts
from qa.verifying.evidence import EvidenceReader, StoredTokens
from qa.verifying.features import Features
from qa.verifying.protocol import NOTHING, Judgement, settled


class FittedVerifier:
    """Judges by the fitted model. A quote that is in the library costs no forward pass, a verbatim claim nothing."""

    def __init__(self, encoder: Encoder, stored: StoredTokens | None = None, model: SupportModel | None = None) -> None:
        """Sets it up; nothing is loaded.

        Args:
            encoder: for claims, and for quotes that are not stored.
            stored: the library that keeps this encoder's token vectors.
            model: the reviewed one if left out.
        """
        self._encoder = encoder
        self._reader = EvidenceReader(encoder, stored)
        self._model = model or fitted_model()
        self._last: Claim | None = None  # replaced as a whole: another thread's is none of one's own, and no harm

    def verify(self, claim: str, quotes: Sequence[str]) -> Judgement:
        """One forward pass for a claim that is not the last one, and those for quotes that are not stored."""
        if (known := settled(claim, quotes)) is not None:
            return known
        features = self.features(claim, quotes)
        return NOTHING if features is None else self._model.judge(asdict(features))

    def features(self, claim: str, quotes: Sequence[str]) -> Features | None:
        """What the model looks at; None where there is no word to compare."""
        evidence = self._reader.read(quotes)
        asked = self._asked(composed(claim))
        if evidence is None or not asked.words or not len(asked.tokens):
            return None
        alignment = Alignment(asked, evidence)
        return Features.of(alignment, Conflicts.of(alignment))

    def _asked(self, text: str) -> Claim:
        """The claim with its tokens; the last one is kept, for it is often compared with several quotes in turn."""
        last = self._last
        if last is None or last.text != text:
            self._last = last = Claim.of(text, self._encoder.encode_question(text))
        return last

"""Any sentence-transformers CrossEncoder trained for natural-language inference as a verifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable
from index.splitting import split_sentences
from qa.verifying.protocol import Judgement, settled

Floats = NDArray[np.float64]

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# The probability of entailment from which a claim counts as supported, as MiniCheck (Tang et al. 2024) has it.
SUPPORTED = 0.5
# Under this, or where contradiction is the likeliest, it is unsupported; between the two, partial.
PARTIAL = 0.2
# Words of evidence that a pair may hold; what is longer is read in stretches, and the best one counts.
WORDS_AT_ONCE = 200


class NLIVerifier:
    """Quotes as premise, claim as hypothesis."""

    def __init__(self, model: CrossEncoder) -> None:
        """Takes a model with the labels entailment (and contradiction), or with a single score for support.

        Raises:
            ModelUnavailable: its labels don't say which one is entailment.
        """
        self._model = model
        self._labels = _label_places(model.config.id2label)

    @classmethod
    def load(cls, path: str) -> NLIVerifier:
        """From a path or, if there is none of this name, from a model hub.

        Raises:
            ModelUnavailable: it cannot be loaded, or is not trained for this.
        """
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        logging.disable_progress_bar()
        try:
            model = CrossEncoder(path, local_files_only=Path(path).exists())
        except Exception as error:  # whatever the hub client or the files make of it, the reader needs one line
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise ModelUnavailable(f"Cannot load the NLI model {path}: {reason}") from error
        return cls(model)

    def verify(self, claim: str, quotes: Sequence[str]) -> Judgement:
        """The score is the probability of entailment; of several stretches of evidence the best one's."""
        if (known := settled(claim, quotes)) is not None:
            return known
        entailment, contradiction = self._probabilities([(stretch, claim) for stretch in _stretches(quotes)])
        best = int(entailment.argmax())
        score = float(entailment[best])
        if score >= SUPPORTED:
            return Judgement("supported", score)
        is_partial = score >= PARTIAL and score >= float(contradiction[best])
        return Judgement("partial" if is_partial else "unsupported", score)

    def _probabilities(self, pairs: list[tuple[str, str]]) -> tuple[Floats, Floats]:
        """Entailment and contradiction for each pair: (pairs,) each."""
        import torch

        # The raw outputs: which activation a model's files name depends on what else it was trained for.
        outputs = self._model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
        logits = np.asarray(outputs, dtype=np.float64).reshape(len(pairs), -1)
        if logits.shape[1] == 1:
            support = 1.0 / (1.0 + np.exp(-logits[:, 0]))
            return support, 1.0 - support
        exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = exponents / exponents.sum(axis=1, keepdims=True)
        entails, contradicts = self._labels
        none = np.zeros(len(pairs))
        return shares[:, entails], shares[:, contradicts] if contradicts is not None else none


def _label_places(names: Mapping[int, str]) -> tuple[int, int | None]:
    """Where entailment and contradiction are among a model's outputs."""
    if len(names) == 1:
        return 0, None
    by_name = {name.casefold(): place for place, name in names.items()}
    if "entailment" not in by_name:
        raise ModelUnavailable(
            f"The NLI model has the labels {', '.join(names.values())}: one of them must be entailment."
        )
    return by_name["entailment"], by_name.get("contradiction")


def _stretches(quotes: Sequence[str]) -> list[str]:
    """All quotes as one text if that is short; else whole sentences of up to `WORDS_AT_ONCE` words."""
    text = "\n".join(quotes)
    sentences = split_sentences(text)
    sizes = np.cumsum([0, *(len(text[s.start : s.end].split()) for s in sentences)])
    firsts = [0]
    for place in range(1, len(sentences)):
        if sizes[place + 1] - sizes[firsts[-1]] > WORDS_AT_ONCE:
            firsts.append(place)
    return [text[sentences[a].start : sentences[b - 1].end] for a, b in pairwise([*firsts, len(sentences)])]

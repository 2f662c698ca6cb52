"""Two searches' scores for the same passages -> one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from index.encoding import Floats


def fuse(
    question: Floats, proposed: Mapping[int, Floats], lexical: Mapping[int, float], floor: float
) -> dict[int, float]:
    """Cosine and BM25, each standardised over the candidates, in equal parts.

    A passage that only BM25 proposed gets its cosine from its stored vector.

    Args:
        question: (dimension,) unit length.
        proposed: each passage's id with its vector, the same shape.
        lexical: BM25 scores by passage id.
        floor: what BM25 is taken to give a passage that only the dense search proposed.
    """
    if not proposed:
        return {}
    cosines = np.vecdot(np.stack(list(proposed.values())), question)
    bm25 = np.array([lexical.get(id, floor) for id in proposed], dtype=np.float32)
    scores = 0.5 * _standardised(cosines) + 0.5 * _standardised(bm25)
    return dict(zip(proposed, scores.tolist(), strict=True))


def _standardised(scores: Floats) -> Floats:
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-6), dtype=np.float32)

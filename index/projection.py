"""A fixed matrix that makes the encoder's token vectors small and comparable, question to passage.

`python -m index.training projection` makes `weights/projection.npz`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Projection:
    """A linear map from the encoder's last layer (unit rows) to the space that is compared."""

    matrix: Floats  # (dimension, token_dimension)
    importance_vector: Floats  # (dimension,)
    importance_bias: float
    name: str

    @classmethod
    def load(cls) -> Projection:
        """The one that is part of this package; its name holds a digest, since stored vectors depend on it."""
        raw = files("index").joinpath("weights/projection.npz").read_bytes()
        with np.load(BytesIO(raw)) as arrays:
            return cls(
                arrays["matrix"],
                arrays["importance"],
                float(arrays["bias"]),
                name=f"projection-{hashlib.sha256(raw).hexdigest()[:8]}",
            )

    @property
    def dimension(self) -> int:
        """Of a projected token vector."""
        return int(self.matrix.shape[1])

    def tokens(self, hidden: Floats) -> Floats:
        """(t, dimension) -> (t, token_dimension), unit rows."""
        rows = hidden @ self.matrix
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)

    def importance(self, hidden: Floats) -> Floats:
        """(q, dimension) -> (q,): how much each question token counts, > 0 (softplus)."""
        logits = hidden @ self.importance_vector + self.importance_bias
        return np.asarray(np.logaddexp(0.0, logits), dtype=np.float32)

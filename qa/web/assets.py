"""The package's own pages, styles and scripts, which stand in `static/`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files


def asset(name: str) -> str:
    """A file's text."""
    return (files(__package__) / "static" / name).read_text(encoding="utf-8")


def assets(names: Sequence[str]) -> str:
    """The texts of several files, one after the other."""
    return "\n".join(map(asset, names))

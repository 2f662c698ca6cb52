"""How often something happened since the start."""

from __future__ import annotations

from collections import Counter
from threading import Lock


class Tally:
    """Counts by name. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()

    def add(self, name: str, times: int = 1) -> None:
        """It happened once more, or more often."""
        with self._lock:
            self._counts[name] += times

    def counts(self) -> dict[str, int]:
        """How often each has happened."""
        with self._lock:
            return dict(self._counts)

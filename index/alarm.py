"""Something to do later, once, unless it is put off or called off."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Alarm:
    """Calls `action` in a thread of its own. It keeps no process alive."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def set(self, seconds: float) -> None:
        """Goes off in so many seconds instead of when it would have."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(max(0.0, seconds), self._action)
            self._timer.daemon = True
            self._timer.start()

    def cancel(self) -> None:
        """Does not go off; an action that has begun goes on."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()

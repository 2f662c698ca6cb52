"""Running a command as someone who must not read everything, which the root user of a container may."""

from __future__ import annotations

import os
import shutil

import pytest


def without_rights(command: list[str]) -> list[str]:
    """The command, run so that a file's mode holds for it; for root that takes a tool of Linux's."""
    if os.getuid() != 0:
        return command
    tool = shutil.which("setpriv")
    if tool is None:
        pytest.skip("root may read everything, and there is no setpriv to give that up")
    dropped = "-dac_override,-dac_read_search"
    return [tool, f"--bounding-set={dropped}", f"--inh-caps={dropped}", *command]

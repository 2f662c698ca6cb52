"""`python -m tests.benchmarks.generative FOLDER [PART...]`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.generative import conversations, hostile, instructions, smollm2, truth

PARTS: dict[str, Callable[[Path, str], None]] = {
    "truth": truth.main,
    "hostile": hostile.main,
    "instructions": instructions.main,
    "conversations": conversations.main,
    "smollm2": smollm2.main,
}


def main() -> None:
    """Runs the parts that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.generative")
    parser.add_argument("folder", type=Path)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--half", choices=["development", "reported"], default="reported")
    given = parser.parse_args()
    for part in given.parts or PARTS:
        print(f"== {part}, {given.half} half")
        PARTS[part](given.folder, given.half)


if __name__ == "__main__":
    main()

"""`python -m index.training STEP…`, in this order: background projection ranking answerability."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path


def _steps() -> dict[str, tuple[Callable[[Path, Path], None], str]]:
    from index.training import answerability, background, projection, ranking

    return {
        "background": (background.count, "background.tsv"),
        "projection": (projection.train, "projection.npz"),
        "ranking": (ranking.fit_ranking, "ranking.json"),
        "answerability": (answerability.fit_answerability, "answerability.json"),
    }


def main(names: list[str]) -> int:
    """Runs the named steps; 2 if a name or the data is missing."""
    steps, data = _steps(), os.environ.get("FOOTNOTE_EVAL_DATA")
    if not names or set(names) - set(steps) or not data:
        print(f"Usage: FOOTNOTE_EVAL_DATA=FOLDER python -m index.training [{' '.join(steps)}]", file=sys.stderr)
        return 2
    for name in names:
        run, file = steps[name]
        run(Path(data), Path(str(files("index"))) / "weights" / file)
        print(f"{name}: wrote index/weights/{file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

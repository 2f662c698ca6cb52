"""`footnote evaluate --import-feedback`: what readers thought of answers becomes cases to review."""

from __future__ import annotations

from pathlib import Path

from qa.cli.backend import keeping


def import_feedback(path: Path, data: Path | None) -> int:
    """Appends the answers that were rated to a question set, and says what is to be done with them."""
    from qa.cli.printing import count
    from qa.evaluation.candidates import append
    from qa.evaluation.records import REVIEW

    with keeping(data) as folder:
        found = folder.candidates()
    added = append(path, found.cases)
    known = len(found.cases) - added
    print(
        f"Added {count(added, 'candidate')} to {path}; {known:,} stood there already, "
        f"{found.left_out:,} left out (a document is gone, or it is about none)."
    )
    if added:
        print(f"None is asked before somebody has reviewed it: {REVIEW[0].lower()}{REVIEW[1:]}")
    return 0

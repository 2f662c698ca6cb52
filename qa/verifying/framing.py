"""Words that say where something is said, not what: "According to the document, it opened in 1934."."""

from __future__ import annotations

import re

_WORK = r"the (?:provided |given |cited )?(?:document|text|passage|article|evidence|source|excerpt|context|report)s?"
_SAYS = r"(?:says?|states?|mentions?|notes?|explains?|reports?|indicates?|tells? us|describes?)"
_FRAME = re.compile(
    rf"^(?:(?:according to|based on|as (?:stated|mentioned|described) in) {_WORK},? |{_WORK} {_SAYS} that |"
    rf"it is (?:stated|mentioned|said) (?:in {_WORK} )?that )|"
    rf",? (?:according to|as (?:stated|mentioned) in) {_WORK}(?=[.!]?$)",
    re.IGNORECASE,
)


def unframed(claim: str) -> str:
    """The claim without them: what has to be supported."""
    return _FRAME.sub("", claim).strip()

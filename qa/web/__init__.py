"""The page and everything else that is served over HTTP."""

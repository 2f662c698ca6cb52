"""Starts Footnote: `uv run app.py` is `footnote serve`, and takes what it takes."""

import sys

from qa.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))

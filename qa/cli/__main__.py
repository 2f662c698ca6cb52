"""`python -m qa.cli` is `footnote`."""

import sys

from qa.cli.app import main

sys.exit(main())

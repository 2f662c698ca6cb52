"""Figures that the README and the notes report; each module prints them: `python -m tests.benchmarks.answers`."""

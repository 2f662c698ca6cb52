"""Answers that a language model writes: what of them is shown, when the model is right, wrong, hostile or small.

FOOTNOTE_EVAL_DATA=… python -m tests.benchmarks.generative FOLDER [PART...] [--half development]

Parts: truth, hostile, instructions, conversations, smollm2; all if none is named. FOLDER keeps the indexes and what is
to be read. Models are scripts (tests/llm) behind a real server, asked by LangChain's own clients.
"""

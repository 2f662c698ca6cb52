"""Makes the files under `index/weights/` from public question sets; nothing of it runs when Footnote answers.

    FOOTNOTE_EVAL_DATA=… python -m index.training background projection ranking answerability

Only training sets and the development halves of question sets are read, never a reported half.
"""

"""Questions in plain English, made of a document's own sentences without a language model.

questions.py   a sentence -> the questions that it answers
templates.py   what follows on which verb makes which question
advice.py      "To do X, select Y" -> "How can I do X?"
plain.py       a sentence without marks and asides, if it is one at all
soundness.py   whether a question can be understood by itself
topics.py      a text -> the names and terms that it speaks of
grammar.py     verbs, noun phrases, clauses
spelling.py    which words of a document are names

verdicts.py    how well an answer is supported, in words; not of questions, but said on every surface
"""

"""How much can be asked for at once, the same wherever it is asked. Text is counted in characters."""

MOST_MESSAGES = 100  # of a conversation
LONGEST_MESSAGE = 8_000
MOST_DOCUMENTS = 10_000  # that a question can be restricted to
LONGEST_CLAIM = 4_000
MOST_QUOTES = 20  # that are cited for a claim
LONGEST_QUOTE = 20_000  # a passage has about 700
LONGEST_COMMENT = 2_000

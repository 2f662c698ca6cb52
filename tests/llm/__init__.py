"""A model server whose answers are written here, in the wire formats of OpenAI and Anthropic, over real HTTP."""

"""The routes that programs written for OpenAI's chat completions can use."""

"""Speed and memory, side by side with LangChain's quickstart in one run: see `tests.bench.__main__`."""

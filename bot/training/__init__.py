"""Trains the reader that `bot.reader` runs: `python -m bot.training.train`. It needs PyTorch."""

"""The reader: a small model that reads question and passage together and finds the words that answer."""

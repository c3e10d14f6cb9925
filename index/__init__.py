"""Articles in, ranked passages out. Knows no Discord, no chat model, no terminal."""

"""The verifier: whether a text bears out a claim."""

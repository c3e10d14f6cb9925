"""A question in, a cited answer out; and the places people ask in."""

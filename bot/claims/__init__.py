"""What the check compares between a sentence and its sources: a module a kind of claim."""

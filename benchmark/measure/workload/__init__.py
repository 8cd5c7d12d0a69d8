"""What is asked of an engine: how many tokens, which prompts, how many at once."""

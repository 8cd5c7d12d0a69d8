"""The `openai` engine: a load generator and a server to start, if one is asked for."""

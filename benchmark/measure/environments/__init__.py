"""Environments of engines whose libraries cannot live beside this package's own."""

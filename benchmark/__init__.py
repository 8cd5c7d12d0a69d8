"""Measure LLM inference, merge results, publish them without losing one."""

__version__ = "1.0.0"

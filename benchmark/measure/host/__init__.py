"""The machine that measures: what it is, how busy, what it used."""

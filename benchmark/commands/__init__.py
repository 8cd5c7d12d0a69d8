"""One module per verb: what it takes, what it does, what it says."""

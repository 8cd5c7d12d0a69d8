"""What people see in a browser: plain pages, made here, without scripts of their own.

Whatever comes from a dataset is text in them, never markup, and the policy that is sent along would
run nothing anyway. `raw` is plain text in a sandbox.
"""

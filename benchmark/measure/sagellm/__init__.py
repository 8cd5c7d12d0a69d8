"""The engine `sagellm`: its own server, started on this machine, measured as an endpoint."""

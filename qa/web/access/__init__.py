"""Who may do what over HTTP: hosts, origins, keys, sessions, limits. `policy.py` is the table."""

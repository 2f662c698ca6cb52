"""What an operator sees of the server: requests in the log, metrics, and whether it is ready."""

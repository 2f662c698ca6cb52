"""Documents in, ranked evidence out. Imports nothing from `qa`."""

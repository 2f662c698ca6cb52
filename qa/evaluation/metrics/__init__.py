"""What is measured: one module a family, each a table of measures with their formulas."""

"""Footnote's tools for MCP clients, whatever they are served over and whoever does the work."""

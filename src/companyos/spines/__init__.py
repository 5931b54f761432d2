"""The spines, shared by all domains. Each imports only those before it."""

ORDER = ("identity", "policy", "evidence", "data", "graph", "telemetry", "maestro")
"""From the ground up; the import walls in pyproject.toml hold it, and the spines start in it."""

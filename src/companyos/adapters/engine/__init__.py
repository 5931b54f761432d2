"""Engines for SQL that people wrote: DuckDB in a confined process of its own."""

"""Queries of the graph. Every one names the Work's tenant, and row-level security holds where one forgets."""

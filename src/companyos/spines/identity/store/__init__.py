"""Queries of identity, one module per noun. Each names the tenant, beside row-level security."""

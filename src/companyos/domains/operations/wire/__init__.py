"""HTTP shapes of operations."""

"""HTTP shapes of analytics."""

"""Policy: decides with Cedar, says why, and what would change the answer."""

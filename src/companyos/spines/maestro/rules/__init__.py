"""Pure: what a plan is, how one is read, and what is decided from its text alone."""

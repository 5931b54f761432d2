"""Row filters: what an actor may see, as a condition in SQL."""

"""What reports say, computed from cells of the roll-up. Pure: the same cells give the same report."""

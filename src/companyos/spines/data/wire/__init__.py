"""HTTP shapes of the data spine."""

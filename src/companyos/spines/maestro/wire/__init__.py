"""HTTP shapes of Maestro, one module for each noun."""

"""The verbs of Maestro."""

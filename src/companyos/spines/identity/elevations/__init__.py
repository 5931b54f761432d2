"""Elevation: asking to do more for a time, and somebody else's yes."""

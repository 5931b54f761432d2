"""Freezing what a screen shows, and showing it again to whoever may see it then."""

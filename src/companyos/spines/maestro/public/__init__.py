"""What the domains may import from Maestro."""

"""Carries runs out: one beat after the other, each one transaction, each kept before the next begins."""

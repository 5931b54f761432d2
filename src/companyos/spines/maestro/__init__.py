"""Maestro: plans that are shown before they run, run durably, and are taken back when they go wrong."""

"""Blob stores: `file:` keeps one file per object."""

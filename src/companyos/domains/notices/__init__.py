"""Notices: letters and posts that tell people outside the console that something happened."""

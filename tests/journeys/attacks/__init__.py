"""Attacks on a running house over a real socket: every one has to fail, in words where there is somebody to tell."""

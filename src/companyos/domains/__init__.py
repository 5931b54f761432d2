"""The domains: alike inside, and meeting only at `public`."""

"""The console domain: what a person needs across domains. Its screens are in `pages/`."""

"""The analytics domain: what happened in products and operations, and what of it is unusual."""

"""Policy sets: what a tenant's administrators add to the policies of the house, version by version."""

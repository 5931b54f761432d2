"""IntelGraph: what is related to what, what changed, and whom trouble would reach; now or at any past time."""

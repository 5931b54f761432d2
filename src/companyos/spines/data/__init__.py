"""The data spine: what data means, who may use it for what, and the schemas that say so."""

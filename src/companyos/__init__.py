"""CompanyOS: one system on which a multi-tenant software company runs."""

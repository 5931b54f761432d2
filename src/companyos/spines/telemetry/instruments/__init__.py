"""CompanyOS's own instruments: spans, logs and metrics of itself, and what probes and scrapers read."""

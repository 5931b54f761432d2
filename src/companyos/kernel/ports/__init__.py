"""Ports: what CompanyOS asks of the outside and of its spines. Adapters answer, chosen by URL."""

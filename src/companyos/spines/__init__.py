"""The spines, shared by all domains: identity, policy, evidence, data, graph, telemetry, maestro.

Each imports only those before it in that order.
"""

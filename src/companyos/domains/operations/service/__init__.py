"""The verbs of operations. Those that change something go permit → decide → keep → record → emit."""

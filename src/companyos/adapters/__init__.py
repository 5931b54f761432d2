"""The adapters: the only home of drivers, chosen by URL."""

"""The app: puts kernel, adapters, spines and domains together and draws the transaction boundary."""

"""Tests of what the benchmarks are scored by."""

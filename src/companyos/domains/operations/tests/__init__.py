"""Tests of operations, through its doors."""

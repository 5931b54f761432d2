"""Made-up events of two contrasting tenants, for the demo, for trying things out and for benchmarks."""

from .made import events
from .shapes import HIGH, LOW, SHAPES, Shape
from .visits import TIER

__all__ = ["HIGH", "LOW", "SHAPES", "TIER", "Shape", "events"]

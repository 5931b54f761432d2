"""What Maestro keeps: plans, runs, and the queue."""

from .plans import Plans
from .runs import Runs

__all__ = ["Plans", "Runs"]

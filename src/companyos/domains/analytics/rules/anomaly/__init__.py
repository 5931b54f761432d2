"""What is unusual in a series of numbers, judged one point at a time: `Detector().judge(at, value)` gives a `Verdict`.

`ranked` keeps numbers in order, `tail` says how rare one is, `views` look at a series in several ways, `detector`
joins them. Why it is done so, and how well it does: docs/adr/0015-anomaly-detection.md.
"""

from .configuration import FROZEN, Configuration
from .detector import ALARM, BadPoint, Detector, Verdict

__all__ = ["ALARM", "FROZEN", "BadPoint", "Configuration", "Detector", "Verdict"]

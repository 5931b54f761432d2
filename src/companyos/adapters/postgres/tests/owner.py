"""A process that starts (or attaches to) the server of a directory, says so, and stays until its input ends.

Usage: owner.py DIRECTORY [watchdog] [nobody]   prints "owned|attached <pid of the server>", then "stopped".
"watchdog" supervises without prctl; "nobody" gives up root first.
"""

import os
import pwd
import sys
from pathlib import Path

from companyos.adapters.postgres import postmaster
from companyos.adapters.postgres.embedded import EmbeddedPostgres

if "watchdog" in sys.argv[2:]:
    postmaster.PRCTL = None
if "nobody" in sys.argv[2:]:  # only now: Python itself may be installed where nobody cannot look
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)

server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
running = server.cluster.running()
print("owned" if server.owned else "attached", running.pid if running else "-", flush=True)
sys.stdin.read()
server.stop()
print("stopped", flush=True)

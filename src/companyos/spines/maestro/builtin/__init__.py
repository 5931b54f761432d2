"""Step types that belong to no domain: wait, ask somebody, call another system. (The engine itself branches.)"""

from .approval import approval
from .call import http
from .wait import wait

STEPS = (wait, approval, http)

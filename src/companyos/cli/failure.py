"""How the command line says that something did not work: what, why, where, and what to do about it."""

import json
import sys
from dataclasses import asdict

from companyos.kernel.problems import Problem


def tell(problem: Problem, *, as_json: bool) -> None:
    """Print a problem on standard error: in words, or as the document that the API answers with."""
    request_id = getattr(problem, "request_id", "")
    if as_json:
        document = {
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            "code": problem.code,
            "request_id": request_id,
            "reasons": [asdict(reason) for reason in problem.reasons],
        }
        print(json.dumps(document, indent=2), file=sys.stderr)
        return
    print(f"{problem.title}: {problem.detail}", file=sys.stderr)
    for reason in problem.reasons:
        if reason.sentence not in problem.detail:
            where = f" ({reason.where})" if reason.where else ""
            print(f"  - {reason.sentence}{where}", file=sys.stderr)
        if reason.remedy:
            print(f"    {reason.remedy.sentence}", file=sys.stderr)
    if request_id:
        print(f"Request {request_id}", file=sys.stderr)

"""A round in a process of its own: takes an order as JSON on standard input, writes the report as JSON."""

from __future__ import annotations

import asyncio
import json
import sys

from server.config import ConfigError
from server.doctor.doctor import examine
from server.doctor.order import Order


def main() -> int:
    """0 if there is a report, whatever it says; 2 for a wrong order."""
    try:
        report = asyncio.run(examine(Order.from_json(json.load(sys.stdin))))
    except (ConfigError, ValueError, KeyError) as error:
        sys.stderr.write(f"the doctor's order cannot be read: {error}\n")
        return 2
    json.dump(report.as_json(), sys.stdout, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())

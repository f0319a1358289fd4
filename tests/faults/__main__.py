"""Run the campaigns and show that planted mistakes are caught: `python -m tests.faults [--seed N] [NAME…]`."""

import argparse
import asyncio
import random
import sys
from pathlib import Path

from tests.faults.campaigns import (
    Campaign,
    Result,
    everything,
    flaps,
    postgresql_crashes,
    redis_faults,
    run,
    worker_kills,
)
from tests.faults.stage import Services

DIRECTORY = Path("test-results/faults")

CAMPAIGNS: dict[str, list[Campaign]] = {
    "kills": [worker_kills(50)] * 4,
    "redis": [redis_faults(50)],
    "postgresql": [postgresql_crashes(30)],
    "flaps": [flaps(60)],
    "everything": [everything(4)],
}


async def main() -> int:
    """Run what was asked for; return how many campaigns went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**8))
    parser.add_argument("names", nargs="*", help=f"of {', '.join(CAMPAIGNS)}; all by default")
    asked = parser.parse_args()
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    print(f"seed {asked.seed}", flush=True)
    results: list[Result] = []
    services = await asyncio.to_thread(Services.started)
    try:
        for name in asked.names or CAMPAIGNS:
            for part, campaign in enumerate(CAMPAIGNS[name]):
                results.append(await run(services, name, campaign, asked.seed + part, DIRECTORY))
                print(results[-1], flush=True)
    finally:
        services.close()
    return sum(not result.verdict.good for result in results)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

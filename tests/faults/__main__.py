"""Run the campaigns and show that planted mistakes are caught: `python -m tests.faults [--seed N] [NAME…]`."""

import argparse
import asyncio
import random
import sys
from pathlib import Path

from tests.faults import planted
from tests.faults.campaigns import (
    Campaign,
    everything,
    flaps,
    postgresql_crashes,
    redis_faults,
    run,
    worker_kills,
)
from tests.faults.mistakes import MISTAKES
from tests.faults.stage import Services

MISTAKES_PLANTED = "mistakes"
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
    print(f"seed {asked.seed}", flush=True)
    wrong = 0
    services = await asyncio.to_thread(Services.started)
    try:
        for name in asked.names or [*CAMPAIGNS, MISTAKES_PLANTED]:
            for part, campaign in enumerate(CAMPAIGNS.get(name, [])):
                result = await run(services, name, campaign, asked.seed + part, DIRECTORY)
                wrong += not result.verdict.good
                print(result, flush=True)
        mistakes = [name for name in asked.names if name in MISTAKES or name in planted.CAMPAIGNS]
        if not asked.names or MISTAKES_PLANTED in asked.names:
            mistakes = [*planted.CAMPAIGNS, *MISTAKES]
        done = await planted.trials(services, asked.seed, DIRECTORY, mistakes)
        wrong += sum(not trial.as_it_should for trial in done)
        if done:
            print(f"{sum(trial.caught for trial in done)} of {len(MISTAKES.keys() & set(mistakes))} mistakes caught")
    finally:
        services.close()
    return wrong


if __name__ == "__main__":
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    sys.exit(asyncio.run(main()))

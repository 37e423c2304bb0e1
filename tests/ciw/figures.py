"""Simulates queues with Ciw, an independent library, and writes figures.json beside this file.

    python -m venv /tmp/ciw && /tmp/ciw/bin/pip install ciw==3.2.7
    /tmp/ciw/bin/python tests/ciw/figures.py

Arrivals and service times come from a generator that lab/predict/ciw.test.ts repeats, so that both simulations
play the same requests and differ by rounding alone. Times are milliseconds.
"""

import json
import math
from pathlib import Path

import ciw

CUSTOMERS = 20_000
# The second is no small multiple of the first: their numbers would be alike.
ARRIVAL_SEED = 1
SERVICE_SEED = 1_234_567_891

CASES = [
    {"name": "M/M/1 at 80 %", "arrivals": "poisson", "perSecond": 8, "slots": 1, "service": {"exponentialMs": 100}},
    {"name": "M/M/10 at 80 %", "arrivals": "poisson", "perSecond": 4, "slots": 10, "service": {"exponentialMs": 2000}},
    {"name": "M/D/10 at 80 %", "arrivals": "poisson", "perSecond": 4, "slots": 10, "service": {"fixedMs": 2000}},
    {"name": "M/D/40 at 90 %", "arrivals": "poisson", "perSecond": 120, "slots": 40, "service": {"fixedMs": 300}},
    {"name": "M/G/4 at 70 %", "arrivals": "poisson", "perSecond": 140, "slots": 4, "service": {"samplesMs": [10, 10, 10, 20, 50]}},
    {"name": "D/M/5 at 80 %", "arrivals": "even", "perSecond": 40, "slots": 5, "service": {"exponentialMs": 100}},
    {"name": "M/M/5 with a queue of 10 at 120 %", "arrivals": "poisson", "perSecond": 60, "slots": 5, "queueLimit": 10, "service": {"exponentialMs": 100}},
    {"name": "M/D/10 with a queue of 20 at 150 %", "arrivals": "poisson", "perSecond": 7.5, "slots": 10, "queueLimit": 20, "service": {"fixedMs": 2000}},
    {"name": "M/D/10 without a queue at 80 %", "arrivals": "poisson", "perSecond": 4, "slots": 10, "queueLimit": 0, "service": {"fixedMs": 2000}},
]


def minimal_standard(seed):
    """Numbers from 0 to 1, both excluded. S. K. Park, K. W. Miller, Communications of the ACM 31 (1988); 36 (1993)."""
    state = seed
    while True:
        state = state * 48271 % 2147483647
        yield state / 2147483647


def draw(spec, random):
    if "fixedMs" in spec:
        return spec["fixedMs"]
    if "exponentialMs" in spec:
        return -spec["exponentialMs"] * math.log(1 - next(random))
    return spec["samplesMs"][int(next(random) * len(spec["samplesMs"]))]


def gap(case):
    mean = 1000 / case["perSecond"]
    return {"exponentialMs": mean} if case["arrivals"] == "poisson" else {"fixedMs": mean}


def sequence(spec, seed):
    random = minimal_standard(seed)
    return [draw(spec, random) for _ in range(CUSTOMERS)]


def simulate(case):
    """The records of all customers, none of them still inside."""
    network = ciw.create_network(
        # After the last arrival comes no other.
        arrival_distributions=[ciw.dists.Sequential(sequence(gap(case), ARRIVAL_SEED) + [math.inf])],
        service_distributions=[ciw.dists.Sequential(sequence(case["service"], SERVICE_SEED))],
        number_of_servers=[case["slots"]],
        queue_capacities=[case.get("queueLimit", math.inf)],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(1e12)
    return simulation.get_all_records()


def figures(case):
    records = simulate(case)
    assert len(records) == CUSTOMERS
    waits = sorted(record.waiting_time for record in records if record.record_type == "service")
    at = lambda share: round(waits[math.ceil(len(waits) * share) - 1], 6)
    return {
        **case,
        "refusedShare": 1 - len(waits) / CUSTOMERS,
        "waitMs": {"mean": round(sum(waits) / len(waits), 6), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99)},
    }


if __name__ == "__main__":
    results = {"ciw": ciw.__version__, "customers": CUSTOMERS, "cases": [figures(case) for case in CASES]}
    text = json.dumps(results, indent=2, ensure_ascii=False)
    Path(__file__).with_name("figures.json").write_text(text + "\n")

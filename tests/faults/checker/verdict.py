"""Everything that is wrong with a campaign, or that nothing is."""

from collections import Counter
from dataclasses import dataclass, field

from tests.faults.checker import delivery, kept, seen
from tests.faults.checker.evidence import Event, Evidence, Stored

PROMISED = 15.0


@dataclass
class Verdict:
    """What was found, and how much there was to find it in."""

    findings: list[tuple[str, str]]
    waits: delivery.Waits
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.findings

    def __str__(self) -> str:
        counted = ", ".join(f"{number} {what}" for what, number in self.counts.items())
        waits = f"slowest reveal {self.waits.calm:.1f} s of calm, {self.waits.since_recovery:.1f} s after a recovery"
        return f"{counted}; {waits}; {self.waits.late} later than promised; {len(self.findings)} findings"


def judge(events: list[Event], url: str, promised: float = PROMISED) -> Verdict:
    """Judge a campaign by its history and what it left in the database."""
    evidence = Evidence(events, Stored.read(url))
    waits = delivery.Waits()
    findings = [*seen.findings(evidence), *kept.findings(evidence), *delivery.findings(evidence, promised, waits)]
    phases = Counter(row["phase"] for row in evidence.stored.rounds)
    counts = Counter(
        {
            "check-ins": len(evidence.stored.sessions),
            "rounds": len(evidence.stored.rounds),
            "revealed": phases["revealed"],
            "acks": sum(op.first_ack is not None for op in evidence.ops.values()),
            "stuck": sum("stuck" in what or "never saw" in what for _, what in findings),
            "double": sum("times" in what or "twice" in what for _, what in findings),
            "lost acks": sum("lost" in what or "not stored" in what for _, what in findings),
        }
    )
    return Verdict(findings, waits, counts)

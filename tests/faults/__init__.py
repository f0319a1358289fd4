"""Real faults against real servers: scripted couples, killed workers, cut roads, and a judge who sees only the traces.

``python -m tests.faults`` runs the campaigns; ``make test-faults`` is the way in.
"""

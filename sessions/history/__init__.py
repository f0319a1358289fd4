"""Looking back on revealed rounds: pages, search, charts, export, and what one's own marks say to oneself.

``readers`` decides who may look, ``rounds`` is the one loader, and nothing sealed or open is ever read. What is counted
and drawn is in ``figures``. It writes nothing but the record that a therapist has looked.
"""

"""A client that is recorded once and played against every later server: what it was answered must still be answered.

``scenes`` say what clients do, ``recorder`` writes it down, ``player`` does it again and compares, ``placeholders``
stand for what differs from run to run, and ``stage`` is the server that either of them talks to.
"""

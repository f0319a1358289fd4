"""Cycles, trends and charts: pure functions of revealed rounds, without words, colours or a database.

It may import ``checkin`` alone; ``history`` gives it rounds and draws what comes back.
"""

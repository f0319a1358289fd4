"""Agreed openings killed at every point: a process dies before each write, commit and hint of each action."""

"""Agreed openings killed at every point: a process dies by SIGKILL before each write, commit and hint of each action."""

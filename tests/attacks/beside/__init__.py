"""Attacks on a real server, and what a couple in a check-in beside them feels of each."""

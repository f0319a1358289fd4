"""Neutral notices: what is put down, what leaves, what it says, and that it leaves at most once."""

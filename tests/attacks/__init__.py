"""Strangers on the net: what they send, what it costs, and what they learn."""

"""Copies of the whole database: made beside the running server, checked before they count, and removed when old.

Nothing here knows a table of ours by name: what is encrypted is found by the kind of its column.
"""

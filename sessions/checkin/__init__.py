"""The rules of a check-in as pure functions of values: what may be done, what it changes, who may see what.

No Django, no database, no clock: time and ids are arguments. It may import ``words`` alone. ``store`` carries out what
is decided here; a new rule about marks, rounds or reveals belongs here and nowhere else.
"""

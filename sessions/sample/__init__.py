"""A round to try alone, against a partner who is scripted: no login, no seat, and nothing that is stored.

The rules of a check-in name its pattern and say what is shown, as they do for two; nothing here has a table of its own.
"""

"""Looking back at what is one's own: one's marks, what they say together, a day later, and one's last step.

Pages of the history and of "My part" come in; it reads through `sessions.history` and writes nothing of the other's.
"""

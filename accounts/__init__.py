"""The app about people: logins, names, couples, therapists, and what a person keeps for themselves.

Its rooms are folders; the modules beside them are ground that all rooms stand on (``models``, ``signals``, ``logins``,
``partners``, ``invitation_tokens``) or the roof that joins them. Nothing here imports ``sessions``: whoever keeps more
about people listens to ``signals``.
"""

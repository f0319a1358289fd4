"""Neutral notices for who wishes them, by mail and to their own browsers: what is due, who is told, and by which way.

``outbox`` is the only writer of what is due; whoever writes an hour (``sessions.store``) or accepts an invitation
(``accounts.couple``) calls it in the same transaction. Nothing comes in here of what anybody has sealed, opened or
written. See docs/decisions/0045-neutral-notices.md.
"""

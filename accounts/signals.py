"""Signals by which ``accounts`` tells others, who keep more about people, what has changed."""

from django.dispatch import Signal

# Sent inside the transaction that takes somebody's access away, with ``user_ids``: a set of the people whose logins,
# couple or consents changed. A receiver that fails undoes the change: better both than only one.
access_changed = Signal()

# Sent inside the transaction that changes a person's first name, with ``user``.
renamed = Signal()

# Sent inside the transaction in which a person ends everything that is going on, with ``user``, before they are erased.
leaving = Signal()

# Sent inside the transaction that erases a person, with ``user``, while the row is still there.
erasing = Signal()

"""A therapist in a check-in: starting and planning one, the console, the shared screen, the summary, the roster.

Whether a host may be there is decided in ``store.host_access`` and ``accounts.care``; nothing here opens a seal. It
stands above ``live``, whose room it hosts; only the URL tables lead here.
"""

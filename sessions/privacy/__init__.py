"""Erasing, expiry, retention and one's own export: everything that makes stored words go or leave.

All erasing of check-ins is in ``erasure``, called by the pages, by the hourly purge and by ``sessions.receivers`` when
a person is deleted. It loads through ``history``, and destroys seals without opening them.
"""

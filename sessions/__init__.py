"""The app about check-ins: starting, marking, revealing, looking back, hosting, exporting, erasing.

Its rooms are folders. ``checkin`` is the pure heart, ``store`` the only way to its rows, ``contract`` what clients are
promised; the other rooms are journeys. Modules beside the folders are ground (``models``) or the roof that joins rooms.
"""

"""Every sentence that the check-in speaks, marked for translation: labels, refusals, the starter library.

Constants and look-ups without a database. All rooms may read here; it imports nothing of ours.
"""

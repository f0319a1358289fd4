"""The stored check-in: loading it, carrying out commands under its lock, sealing, saving, telling who listens.

Nobody else changes a live check-in: ``execute`` carries out what people ask, ``system_changes`` what happens without
them. Only ``sealing`` encrypts and opens marks. Journeys call in; it calls none of them and tells rooms by hooks.
"""

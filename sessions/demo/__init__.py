"""The demo: six weeks of Ana and Ben, made up, and told through the real rules and writer.

It may use what a person may use (``joining``, ``store``). Only ``manage.py seed_demo`` calls it.
"""

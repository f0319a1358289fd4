"""What a person can set about themselves, and deleting oneself.

It may use every room about people. Deleting erases what is in ``accounts``; ``signals.leaving`` and ``signals.erasing``
tell whoever keeps more.
"""

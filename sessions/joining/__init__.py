"""How people get into a check-in: starting one, join codes, taking a seat, the consent to a host.

Seats are given under the lock of the check-in, and shown through ``store``. ``live`` asks for the seat of a couple's
own two; ``hosting``, ``demo`` and ``privacy`` (which ends what has run out) start and find check-ins here.
"""

"""What every API operation stands on, whoever it is about: strict request bodies, and refusals by a code.

It knows no person, no check-in and no table. Every room with an API builds on it; what is about logins is in
``accounts.api``, and what a code means to a client is in ``sessions.contract``.
"""

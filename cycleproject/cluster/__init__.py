"""`make run-cluster`: PostgreSQL, Redis, two workers and nginx on one Debian machine, supervised.

It stands above everything else, since it starts the server; nothing imports it but the tests.
"""

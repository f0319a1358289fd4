"""How the event loop and the hot queries reach the database: a queue, prepared statements, checkpoints, a backend.

It knows no table of ours. Rooms that are served by sockets (``store``, ``live``) use it; pages use Django's ORM.
"""

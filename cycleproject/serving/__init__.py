"""Running a process: the first .env, background tasks, draining, health checks, metrics, logs.

It knows nothing of people and check-ins. ``serve``, ``asgi`` and ``cluster`` start what is here; rooms may count in
``metrics`` and hear of ``draining``. Standard library only where it runs before anything is installed.
"""

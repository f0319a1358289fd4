"""The Django project around the apps ``accounts`` and ``sessions``: settings, URLs, ASGI, encryption, the server.

``serve`` and ``prepare`` stand here, because unit files and images of installed servers start them by these names.
"""

"""What API operations about logged-in people share: authentication, one class per operation, common fields.

It knows who asks and nothing of what is asked. The ``api`` modules of all other rooms, here and in ``sessions``, build
on it.
"""

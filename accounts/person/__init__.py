"""Who asks, and what they are called: the person behind a request, first names, renaming.

It knows people one by one, and neither couples nor check-ins. All rooms with pages may use it.
"""

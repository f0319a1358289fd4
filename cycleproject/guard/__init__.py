"""What stands before the application: bounds on requests, connections and frames that nobody has read yet.

The server is made of these (``cycleproject.serve``); nothing else calls them.
"""

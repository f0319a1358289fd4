"""The room while a check-in goes on: one consumer per socket, rooms of listeners, presence, the page, its API.

The consumer knows neither the database nor a rule: commands go to ``store``, and what is shown comes from
``checkin.snapshot``. A room holds nothing that cannot be read anew.
"""

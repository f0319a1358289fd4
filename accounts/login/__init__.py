"""How somebody comes in and goes out: signing up, logging in, second factors, tokens, revocation, the staff's login.

It adapts allauth, whose pages it uses, and password hashing. Other rooms ask ``accounts.logins`` whether a login is
still valid; ``care`` asks here about second factors.
"""

"""Signing up, logging in and out, second factors, tokens for programs, revocation, the log-in of staff.

It adapts allauth, whose pages it uses, and password hashing. Other rooms ask ``accounts.logins`` whether a login is
still valid; ``care`` asks here about second factors.
"""

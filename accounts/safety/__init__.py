"""The pages that anybody may read without a login: privacy, safety, accessibility, and help lines by country.

It touches no person and no table. Nothing but the URL table leads here.
"""

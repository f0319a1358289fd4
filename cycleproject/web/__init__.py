"""What every HTTP answer needs: security headers, static files, time zones, rate limits, links, QR codes, the cache.

It knows requests and settings, and neither people nor check-ins. Every room with pages or an API may use it.
"""

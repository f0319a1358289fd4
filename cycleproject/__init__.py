"""The project that holds Cycle's two apps: settings, routes, security headers and the server."""

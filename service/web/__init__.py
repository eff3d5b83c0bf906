"""The web: query API, feeds, start page, health and metrics. :func:`service.web.app.create_app` makes it."""

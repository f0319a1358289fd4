"""What clients are promised, in one place: response shapes, refusals, examples, the OpenAPI and AsyncAPI documents.

It describes and never decides. Rooms with an API answer with its shapes, and ``manage.py write_contract`` writes what
``docs/`` says of it.
"""

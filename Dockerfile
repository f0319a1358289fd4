# One process of Cycle. compose.yaml runs two of them; docs/operations.md says how.
# By digest, so that every build begins from the same; docs/operations.md says how to renew it (decision 0034).
FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b

LABEL org.opencontainers.image.title=Cycle \
    org.opencontainers.image.description="A live check-in for two partners: both answer sealed, both open together." \
    org.opencontainers.image.version=1.0.0 \
    org.opencontainers.image.licenses=MIT

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ENV_FILE=
WORKDIR /cycle

COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

COPY manage.py ./
COPY cycleproject cycleproject
COPY accounts accounts
COPY sessions sessions
COPY templates templates
COPY static static

# Settings want secrets even to name files by their content; these open nothing, and are gone when the line is over.
RUN SECRET_KEY=only-while-the-image-is-being-built FIELD_KEYS=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --noinput --verbosity 0

RUN useradd --system --no-create-home --shell /usr/sbin/nologin cycle
USER cycle

EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s \
    CMD ["python", "-m", "cycleproject.serving.healthcheck"]
CMD ["python", "-m", "cycleproject.serve"]

# The helpdesk for production: one image for web, worker and timetable (compose.yaml shows how they fit together).

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /venv
COPY requirements.txt /
RUN /venv/bin/pip install --require-hashes -r /requirements.txt
COPY . /app
WORKDIR /app
# Static files and translations are made here; the values below are for these two commands and stay in this stage.
RUN set -eu; \
    export DEBUG=0 DATA_DIR=/tmp STATIC_ROOT=/app/static REDIS_URL=redis://build \
        DATABASE_URL=postgresql://build/build VAULT_DATABASE_URL=postgresql://build/build \
        SECRET_KEY=build PRIVACY_KEKS=build:$(head -c 32 /dev/urandom | base64); \
    for name in INDEX SEAL EXPORT; do \
        export PRIVACY_${name}_KEY=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'); \
    done; \
    /venv/bin/python manage.py translations --compile; \
    /venv/bin/python manage.py collectstatic --noinput -v0; \
    /venv/bin/python -m compileall -q helpdesk privacy contacts tickets

FROM python:3.11-slim-bookworm
# pg_dump and pg_restore for `manage.py backup` and `restore`, of the same version as the server.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data --create-home helpdesk
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=helpdesk.settings \
    DEBUG=0 DATA_DIR=/data STATIC_ROOT=/app/static
WORKDIR /app
USER helpdesk
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "-m", "helpdesk.probe"]
CMD ["gunicorn", "-c", "python:helpdesk.gunicorn", "helpdesk.wsgi"]

# The program in a virtual environment, built in one stage and copied to the next: no pip cache, no build tools.
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/tollfeed
COPY requirements.txt ./
RUN /opt/tollfeed/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY pyproject.toml README.md ./
COPY rules rules
COPY service service
RUN /opt/tollfeed/bin/pip install --no-cache-dir --disable-pip-version-check --no-build-isolation --no-deps .

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin tollfeed && install -d -o tollfeed -g tollfeed /data
COPY --from=build /opt/tollfeed /opt/tollfeed
# Everything that is written goes to /data, so the root file system may be read-only.
ENV PATH=/opt/tollfeed/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TOLLFEED_DATA=/data
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --start-period=10s --interval=30s --timeout=5s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
# No tini: tollfeed handles SIGTERM as process 1, also while it starts, and has no children to reap.
ENTRYPOINT ["tollfeed"]
CMD ["serve", "--host", "0.0.0.0"]

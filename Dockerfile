# Footnote with its embedding model inside; it needs no network once it is built.
#
#   docker build -t footnote .
#   docker run --read-only --tmpfs /tmp -v footnote-data:/data -p 127.0.0.1:7860:7860 \
#     -e FOOTNOTE_API_KEYS=me:edit:a-key-of-16-or-more-characters footnote

FROM python:3.11-slim-bookworm AS build

RUN pip install --no-cache-dir uv==0.13.9

ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PROJECT_ENVIRONMENT=/opt/footnote \
    UV_PYTHON=/usr/local/bin/python3.11

WORKDIR /build
# What others made changes rarely: a layer of its own. `exclude-newer` in pyproject.toml fixes the versions.
COPY pyproject.toml README.md LICENSE ./
RUN uv sync --no-dev --no-install-project

COPY index/ index/
COPY qa/ qa/
RUN uv sync --no-dev --no-editable


FROM python:3.11-slim-bookworm

# A fixed number, so that a volume's files keep their owner. Nobody signs in as it, and it has no home.
RUN groupadd --gid 10001 footnote \
    && useradd --uid 10001 --gid footnote --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin footnote \
    && install --directory --owner=footnote --group=footnote --mode=0700 /data

COPY --from=build /opt/footnote /opt/footnote

# Libraries look for a home, if only to find nothing in it.
# 0.0.0.0 is every address of the container: the server starts there only with FOOTNOTE_API_KEYS.
ENV PATH=/opt/footnote/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    FOOTNOTE_DATA=/data \
    FOOTNOTE_HOST=0.0.0.0 \
    FOOTNOTE_PORT=7860

USER 10001:10001
VOLUME ["/data"]
EXPOSE 7860

# The first start adds the bundled article; a start takes 5 to 20 s on two free cores.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['FOOTNOTE_PORT'] + '/healthz', timeout=4)"]

CMD ["footnote", "serve"]

# Build the wheel and its locked environment, then carry only that into a small image.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /src
# The requirements change seldom: they are a layer of their own.
COPY requirements/runtime.txt requirements/runtime.txt
RUN uv venv /app && uv pip install --python /app --no-cache --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY service service
COPY adapters adapters
COPY schemas schemas
COPY alembic alembic
COPY examples examples
RUN uv build --wheel --out-dir /dist && uv pip install --python /app --no-cache --no-deps /dist/*.whl

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home tailcheck \
  && install -d -m 0700 -o tailcheck -g tailcheck /data
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH TAILCHECK_HOME=/data MPLCONFIGDIR=/tmp/matplotlib \
  PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER tailcheck
WORKDIR /data
VOLUME /data
EXPOSE 8000
# Beyond this container it listens only when it is told to (TAILCHECK_HOST=0.0.0.0) and there is an
# access key (`docker run … tailcheck keys create`).
# For whoever serves HTTP; a worker alone is looked after by compose.yaml.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ.get(\"TAILCHECK_PORT\") or 8000}/readyz', timeout=4)"]
ENTRYPOINT ["tailcheck"]
CMD ["serve"]

# Build the wheel and its locked environment, then carry only that into a small image.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /src
COPY requirements/runtime.txt requirements/runtime.txt
RUN uv venv /app && uv pip install --python /app --no-cache --require-hashes -r requirements/runtime.txt
COPY . .
RUN uv build --wheel --out-dir /dist && uv pip install --python /app --no-cache --no-deps /dist/*.whl

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home tailcheck && install -d -o tailcheck -g tailcheck /data
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH TAILCHECK_HOME=/data PYTHONUNBUFFERED=1
USER tailcheck
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["tailcheck"]
CMD ["serve"]

# odoo-etl with its page and its schedules, for one project that is mounted at /project (docs/install.md).
#   docker build --build-arg VERSION=1.0.0 --tag odoo-etl .
ARG PYTHON=3.13.9-slim-trixie

FROM python:${PYTHON} AS build
# Git, which knows the version, is not in the context.
ARG VERSION=1.0.0.dev0
# What is beside the core: pip install 'odoo-etl[...]'.
ARG EXTRAS=alerts,otel,postgres
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements.lock requirements-dev.lock ./
RUN python -m venv /opt/odoo-etl \
    && /opt/odoo-etl/bin/pip install --require-hashes -r requirements.lock \
    && sed -e 's/ *\\$//' -e '/^ *--hash/d' requirements-dev.lock > /versions.txt
COPY . .
RUN SETUPTOOLS_SCM_PRETEND_VERSION="$VERSION" \
      /opt/odoo-etl/bin/pip install --no-deps --no-build-isolation . \
    && /opt/odoo-etl/bin/pip install --constraint /versions.txt "odoo-etl[$EXTRAS]" \
    && /opt/odoo-etl/bin/pip uninstall --yes editables hatch-vcs hatchling setuptools-scm vcs-versioning pip

FROM python:${PYTHON}
ARG VERSION=1.0.0.dev0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="odoo-etl" \
      org.opencontainers.image.description="Keeps Odoo in step with tabular data, declaratively" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://odoo-etl.example.org/source" \
      org.opencontainers.image.documentation="https://odoo-etl.example.org/docs" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
# The state is a volume of its own, so that it outlives the container and the rest of the file system may be read-only.
RUN groupadd --gid 1000 etl \
    && useradd --uid 1000 --gid etl --home-dir /project --no-log-init etl \
    && install --directory --owner etl --group etl --mode 0700 /project /project/.odoo_etl
COPY --from=build /opt/odoo-etl /opt/odoo-etl
COPY docker/healthy.py /opt/odoo-etl/healthy.py
ENV PATH=/opt/odoo-etl/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 1000:1000
WORKDIR /project
VOLUME /project/.odoo_etl
EXPOSE 8321
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "/opt/odoo-etl/healthy.py", "8321"]
# No shell in between: SIGTERM reaches the program, which ends in order. Nothing outlives it in a container, so it
# interrupts its runs; the next one resumes them.
ENTRYPOINT ["odoo-etl"]
CMD ["serve", "--host", "0.0.0.0", "--stop-runs"]

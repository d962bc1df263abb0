# One image: the server with the dashboard and the embedded database. BASE needs Node 22.14 to 24 and glibc.
ARG BASE=node:24-bookworm-slim
ARG BUILD_BASE=node:24-bookworm-slim

FROM ${BUILD_BASE} AS build
WORKDIR /podlab
ENV NEXT_TELEMETRY_DISABLED=1 NX_DAEMON=false CI=true
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY . .
RUN node tools/start/build.mjs \
  && npm prune --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/better-sqlite3 node_modules/better-sqlite3-13/deps

FROM ${BASE}
WORKDIR /podlab
ENV NODE_ENV=production PODLAB_HOST=0.0.0.0 PODLAB_DATA=/data PODLAB_DASHBOARD=/podlab/dist/apps/web \
  MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072
COPY --from=build /podlab/package.json ./
COPY --from=build /podlab/node_modules node_modules
COPY --from=build /podlab/dist dist
COPY --from=build /podlab/labs labs
RUN mkdir /data && chown 10001:10001 /data
USER 10001:10001
VOLUME /data
EXPOSE 3000 6443
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--heap-growing-percent=30", "dist/apps/api/main.mjs"]

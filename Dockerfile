# The command line as an image, and what runs for long as targets of its own: `serve` (a competition by the clock), `worker`,
# `serve-render`, `serve-distance`. No step depends on the processor: `docker buildx build --platform linux/amd64,linux/arm64`.
# `docker run --init -v "$PWD/my-competition:/competition" roundkeeper advance --until-idle`

# To be held to its content as well: --build-arg NODE=24.21.0-bookworm-slim@sha256:DIGEST, as `docker buildx imagetools inspect` shows it.
ARG NODE=24.21.0-bookworm-slim

FROM node:$NODE AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
RUN npm ci --no-audit --no-fund
COPY src src
COPY stages stages
RUN npm run build

FROM node:$NODE AS roundkeeper
LABEL org.opencontainers.image.title="roundkeeper" \
      org.opencontainers.image.description="A git-backed competition engine: every decision is a commit that a stranger can recompute." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
ENV NODE_ENV=production
WORKDIR /opt/roundkeeper
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY --from=build /build/dist dist
COPY state-template state-template
COPY docs docs
# The user `node`, by number, so that a cluster can see that it is not root. The root may be read-only: all is written to
# /competition and /tmp.
USER 1000:1000
WORKDIR /competition
ENTRYPOINT ["node", "/opt/roundkeeper/dist/src/cli/main.js"]

# In a container, other machines are whom it listens for.
FROM roundkeeper AS serve-render
EXPOSE 8000
HEALTHCHECK --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:8000/ready').then(({ ok }) => process.exit(ok ? 0 : 1))"]
CMD ["serve-render", "--host", "0.0.0.0", "--json"]

FROM roundkeeper AS serve-distance
EXPOSE 8001
HEALTHCHECK --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:8001/ready').then(({ ok }) => process.exit(ok ? 0 : 1))"]
CMD ["serve-distance", "--host", "0.0.0.0", "--json"]

FROM roundkeeper AS serve
EXPOSE 8002
HEALTHCHECK --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:8002/live').then(({ ok }) => process.exit(ok ? 0 : 1))"]
CMD ["serve", "--host", "0.0.0.0", "--json"]

# It listens for nobody: what it does is asked of Redis, and a worker that is gone is nobody's loss.
FROM roundkeeper AS worker
HEALTHCHECK NONE
CMD ["worker", "--json"]

FROM roundkeeper
CMD ["--help"]

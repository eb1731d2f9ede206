# The command line as an image, and the media services as targets of their own (`--target serve-render`, `--target serve-distance`):
# `docker run --init -v "$PWD/my-competition:/competition" roundkeeper advance --until-idle`
ARG NODE=24.21.0-bookworm-slim

FROM node:$NODE AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
RUN npm ci --no-audit --no-fund
COPY src src
COPY stages stages
RUN npm run build

FROM node:$NODE AS roundkeeper
ENV NODE_ENV=production
WORKDIR /opt/roundkeeper
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY --from=build /build/dist dist
COPY state-template state-template
COPY docs docs
USER node
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

FROM roundkeeper
CMD ["--help"]

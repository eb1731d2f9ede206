# The command line as an image: `docker run -v "$PWD/my-competition:/competition" roundkeeper advance --until-idle`
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
RUN npm ci --no-audit --no-fund
COPY src src
COPY stages stages
RUN npm run build

FROM node:24-slim
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
CMD ["--help"]

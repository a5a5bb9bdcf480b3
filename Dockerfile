# Build: a static binary, zones embedded.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/sitrep ./cmd/sitrep \
 && mkdir -p /out/state

# Run: CA certificates and zone data, no shell, not root.
FROM gcr.io/distroless/static:nonroot
COPY --from=build /out/sitrep /sitrep
COPY --from=build --chown=65532:65532 /out/state /var/lib/sitrep
ENV SITREP_STATE=/var/lib/sitrep
VOLUME /var/lib/sitrep
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/sitrep", "health"]
ENTRYPOINT ["/sitrep"]
CMD ["serve"]

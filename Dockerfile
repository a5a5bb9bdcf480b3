# Build: a static binary with the time zones in it.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/sitrep ./cmd/sitrep \
 && mkdir -p /out/state /out/tmp

# Run: the binary, CA certificates, a place for the state; no shell, not root.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/sitrep /sitrep
COPY --from=build --chown=65532:65532 /out/state /var/lib/sitrep
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
ENV SITREP_STATE=/var/lib/sitrep
VOLUME /var/lib/sitrep
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/sitrep", "health"]
ENTRYPOINT ["/sitrep"]
CMD ["serve"]

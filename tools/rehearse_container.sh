#!/usr/bin/env bash
# The container file as docs/installing.md tells it: build, init, serve, write, stop in the middle, start anew, back up, update.
# In a checkout, where podman works and the base image can be had: tools/rehearse_container.sh. It takes some minutes and
# removes what it made. Ends with 0 if all is as it should be.
set -euo pipefail
cd "$(dirname "$0")/.."

name=arbitration-rehearsal-$$
port=${PORT:-8137}
work=$(mktemp -d)
shared="--read-only --tmpfs /tmp --cap-drop all --security-opt no-new-privileges -v $name:/var/lib/arbitration"
forget() {
    podman rm -f -t 1 "$name-web" "$name-scheduler" >/dev/null 2>&1 || true
    podman volume rm -f "$name" >/dev/null 2>&1 || true
    podman rmi -f "$name" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap forget EXIT
step() { echo "== $*"; }
fails() { echo "not so: $*"; podman logs "$name-web" | tail -20; exit 1; }
ask() { curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port$1"; }
until_200() { for _ in $(seq 120); do [ "$(ask "$1")" = 200 ] && return; sleep 0.5; done; fails "$1 answers 200"; }
run() { podman run --rm $shared "$name" arbitration "$@"; }
start() {
    podman run -d --name "$name-web" $shared --restart always --stop-timeout 40 -p "127.0.0.1:$port:8000" "$name" >/dev/null
    podman run -d --name "$name-scheduler" $shared --restart always --stop-timeout 40 --no-healthcheck "$name" \
        arbitration scheduler >/dev/null
    until_200 /readyz
}
ended_with() { podman inspect "$name-$1" --format '{{.State.ExitCode}}'; }

step build
podman build --format docker ${BUILD_OPTIONS:-} -f deploy/Containerfile -t "$name" . >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
! podman run --rm "$name" sh -c 'ls /source || command -v gcc' >/dev/null 2>&1 || fails "neither sources nor a compiler are in it"

step init and start
run init >/dev/null
start
[ "$(podman exec "$name-web" id -u)" = 10001 ] || fails "it is user 10001"
! podman exec "$name-web" touch /opt/x 2>/dev/null || fails "the file system can't be written"
podman healthcheck run "$name-web" >/dev/null || fails "the health check of the image passes"
podman exec "$name-web" arbitration doctor | grep -E '^(warn|fail)' || true

step a request under way is answered when the container stops
{ sleep 15; printf 'x@example.com'; } | curl -s -o /dev/null -w '%{http_code}' -H "Origin: http://127.0.0.1:8000" -H 'Expect:' \
    -H 'Content-Type: application/x-www-form-urlencoded' -H 'Host: 127.0.0.1:8000' -H 'Content-Length: 13' \
    -X POST -T - "http://127.0.0.1:$port/sign-in" >"$work/slow" &
sleep 2
podman stop "$name-web" "$name-scheduler" >/dev/null
wait $!
[ "$(cat "$work/slow")" -lt 500 ] && [ "$(cat "$work/slow")" -ge 200 ] || fails "it was answered ($(cat "$work/slow"))"
[ "$(ended_with web) $(ended_with scheduler)" = "0 0" ] || fails "both ended with 0"

step killed, it is there again
podman start "$name-web" "$name-scheduler" >/dev/null
until_200 /readyz
podman exec "$name-web" sh -c 'kill -9 $(cat /proc/1/task/1/children)'
until_200 /healthz
kill -9 "$(podman inspect "$name-web" --format '{{.State.Pid}}')"
until_200 /readyz

step backup and update
chown 10001:10001 "$work"
podman run --rm $shared -v "$work:/backups" "$name" arbitration backup --into /backups | grep -q 'Backed up' || fails "a backup"
podman stop "$name-web" "$name-scheduler" >/dev/null
podman rm "$name-web" "$name-scheduler" >/dev/null
run init >/dev/null
start
run verify
echo "all is as it should be"

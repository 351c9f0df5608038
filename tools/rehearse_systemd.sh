#!/usr/bin/env bash
# docs/installing.md to the letter, on a Debian that systemd boots: users, PostgreSQL, units, nginx; then what may befall it.
# As root, with Debian's packages debootstrap and systemd-container, where Debian's mirror and Python's packages can be had:
# tools/rehearse_systemd.sh FOLDER. It takes some minutes and 1.5 GB, and removes the folder. Ends with 0 if all is well.
set -euo pipefail
[ $# = 1 ] && [ ! -e "$1" ] || { echo "usage: $0 FOLDER (a new one)"; exit 2; }
checkout=$(cd "$(dirname "$0")/.." && pwd)
machine=$(mkdir -p "$1" && cd "$1" && pwd)
keeper=

forget() {
    if [ -n "$keeper" ]; then inside systemctl --no-block poweroff >/dev/null 2>&1 || true; wait "$keeper" || true; fi
    rm -rf --one-file-system "$machine"
}
trap forget EXIT
step() { echo "== $*"; }
inside() {
    nsenter -t "$(pgrep -P "$keeper" | head -1)" -m -u -i -n -p -C env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}

step a Debian with systemd, PostgreSQL, nginx and Python
with=systemd,systemd-sysv,dbus,sudo,curl,openssl,ca-certificates,procps,python3-venv,postgresql,nginx-light
debootstrap --variant=minbase --include="$with" bookworm "$machine" >"$machine.log" 2>&1 || { tail "$machine.log"; exit 1; }
rm -f "$machine.log"
mkdir "$machine/root/checkout"
git -C "$checkout" archive HEAD | tar -x -C "$machine/root/checkout"
cp /etc/ssl/certs/ca-certificates.crt "$machine/etc/ssl/certs/"
: >"$machine/etc/machine-id"

step the program
cat >"$machine/root/program.sh" <<'IN'
set -e
useradd --system --home-dir /var/lib/arbitration --shell /usr/sbin/nologin arbitration
install -d -m 700 -o arbitration -g arbitration /var/lib/arbitration /var/backups/arbitration
python3 -m venv /opt/arbitration/venv
/opt/arbitration/venv/bin/pip install -q --cert /etc/ssl/certs/ca-certificates.crt '/root/checkout[postgresql,gunicorn]'
IN
systemd-nspawn -q -D "$machine" --register=no --keep-unit bash /root/program.sh

step booting
setsid systemd-nspawn -q -D "$machine" --boot --register=no --keep-unit --private-network </dev/null >/dev/null 2>&1 &
keeper=$!
for _ in $(seq 120); do
    state=$(inside systemctl is-system-running 2>/dev/null || true)
    case $state in running | degraded) break ;; esac
    sleep 1
done

cat >"$machine/root/rehearsal.sh" <<'IN'
set -euo pipefail
step() { echo "== $*"; }
fails() { echo "not so: $*"; systemctl --no-pager status 'arbitration-*' || true; journalctl --no-pager -n 30 -u 'arbitration-*'; exit 1; }
arbitration() { sudo -u arbitration ARBITRATION_INSTANCE=/var/lib/arbitration /opt/arbitration/venv/bin/arbitration "$@"; }
through() { curl -s -m 60 --cacert "$certificates/fullchain.pem" -o /dev/null -w '%{http_code}\n' "https://$host$1"; }
directly() { curl -s -m 60 -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:8001$1"; }
until_ready() { for _ in $(seq 60); do [ "$(directly /readyz)" = "$1" ] && return; sleep 1; done; fails "/readyz answers $1"; }
host=disputes.example.com
certificates=/etc/letsencrypt/live/$host
schedulers="arbitration-scheduler@1 arbitration-scheduler@2"
echo "127.0.0.1 localhost $(hostname) $host" >/etc/hosts

step installing
sudo -u postgres createuser arbitration
sudo -u postgres createdb --owner=arbitration --encoding=UTF8 --template=template0 arbitration
arbitration init >/dev/null
cat >>/var/lib/arbitration/settings.toml <<'SETTINGS'

base_url = "https://disputes.example.com"
database_url = "postgresql:///arbitration?host=/var/run/postgresql"
trusted_proxies = "1"
log_format = "json"
metrics_token = "0123456789abcdef0123456789abcdef0123456789abcdef"
SETTINGS
arbitration init --operator you@example.com >/dev/null
rm /var/lib/arbitration/arbitration.sqlite3*
cd /root/checkout
cp deploy/systemd/* /etc/systemd/system/ && systemctl daemon-reload
systemctl -q enable --now arbitration-web $schedulers arbitration-backup.timer || fails "the units start"
mkdir -p "$certificates"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$host" -addext "subjectAltName=DNS:$host" \
    -keyout "$certificates/privkey.pem" -out "$certificates/fullchain.pem" 2>/dev/null
rm /etc/nginx/sites-enabled/default
cp deploy/nginx.conf /etc/nginx/sites-enabled/arbitration
usermod -aG arbitration www-data
systemctl restart nginx
until_ready 200
[ "$(through /sign-in) $(through /readyz) $(through /metrics)" = "200 404 404" ] || fails "the proxy passes on what it should"
for _ in $(seq 30); do
    told=$(curl -s -H 'Authorization: Bearer 0123456789abcdef0123456789abcdef0123456789abcdef' http://127.0.0.1:8001/metrics)
    case $told in *"arbitration_schedulers_alive 2"*) break ;; esac
    sleep 1
done
case $told in *"arbitration_schedulers_alive 2"*) ;; *) fails "the numbers tell of two schedulers" ;; esac
arbitration doctor | grep -E '^(warn|fail)' || true

step nobody is refused while the server starts anew
for _ in 1 2 3 4; do (while [ ! -e /root/enough ]; do through /sign-in; done >>/root/answers) & done
for _ in 1 2; do sleep 3; systemctl restart arbitration-web; done
kill -9 "$(systemctl show -P MainPID arbitration-scheduler@1)"
sleep 3
touch /root/enough
wait
[ "$(sort -u /root/answers)" = 200 ] || { sort /root/answers | uniq -c; fails "all are answered"; }
echo "$(wc -l </root/answers) answers"

step what is killed comes back, what is missing is told
kill -9 "$(systemctl show -P MainPID arbitration-web)"
[ "$(directly /healthz)" = 200 ] || fails "a killed server comes back, and who asked meanwhile waits"
systemctl stop $schedulers
until_ready 503
systemctl start $schedulers
until_ready 200
systemctl stop postgresql@15-main
[ "$(directly /healthz)" = 503 ] || fails "it tells that the database is away"
systemctl start postgresql@15-main
until_ready 200

step backup and update
systemctl start arbitration-backup
ls -d /var/backups/arbitration/arbitration-*/manifest.json >/dev/null
systemctl stop arbitration-web.socket $schedulers
! systemctl -q is-active arbitration-web || fails "the server stops with its socket"
arbitration init >/dev/null
systemctl start arbitration-web $schedulers
until_ready 200
arbitration verify
[ -z "$(systemctl list-units --failed --no-legend 'arbitration*')" ] || fails "no unit failed"
[ "$(ls -d /dev/shm/arbitration-metrics-* | wc -l)" = 1 ] || fails "servers that are gone left nothing in memory"
echo "all is as it should be"
IN
inside bash /root/rehearsal.sh

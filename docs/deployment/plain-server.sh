# The commands behind "On plain servers" in docs/operations.md, in their order, for root on Debian. They are to be read and
# typed, one step after the other: some wait for you.
set -eu
NAME=cycle.example.org    # yours, which leads to this machine

# 1. What is needed, and a checkout where the unit expects it.
apt-get install git make python3-venv nginx certbot
git clone "$REPOSITORY" /opt/cycle
cd /opt/cycle

# 2. The settings come first: everything after this reads them.
install -D --mode=600 .env.example /etc/cycle/env
"${EDITOR:-nano}" /etc/cycle/env

# 3. What they say is tried, the database migrated, and scripts and styles are collected.
ENV_FILE=/etc/cycle/env make prepare

# 4. Two processes, and again at each start of the machine.
install --mode=644 "docs/deployment/cycle@.service" /etc/systemd/system/
systemctl daemon-reload
systemctl enable --now cycle@8001 cycle@8002

# 5. A certificate, while Debian's first site answers on port 80. It is renewed by itself from then on, through ours.
certbot certonly --webroot --webroot-path /var/www/html --domain "$NAME" \
    --deploy-hook "systemctl reload nginx"

# 6. The site, with your name.
sed "s/cycle\.example\.org/$NAME/g" docs/deployment/nginx-site.conf > /etc/nginx/sites-enabled/cycle
nginx -t
systemctl reload nginx

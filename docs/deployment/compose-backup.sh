#!/bin/sh
# One checked copy of the database of compose.yaml: sh docs/deployment/compose-backup.sh DIR [KEEP]
# PostgreSQL's own container writes the copy and reads it back; Cycle's looks whether it is whole and our keys open it.
set -eu
umask 077
directory=${1:?name a directory}
keep=${2:-14}
mkdir -p "$directory"
file=$directory/cycle-$(date -u +%Y%m%dT%H%M%SZ).dump
trap 'rm -f "$file.unfinished"' EXIT
docker compose exec -T database pg_dump --format=custom --username=cycle cycle >"$file.unfinished"
docker compose exec -T database pg_restore --file=- <"$file.unfinished" |
    docker compose exec -T app-1 python manage.py check_backup -
mv "$file.unfinished" "$file"
# Only now: names sort by their date.
ls "$directory"/cycle-*.dump | head -n "-$keep" | xargs -r rm --

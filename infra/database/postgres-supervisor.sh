# Runs one throw-away PostgreSQL for as long as its standard input stays open: when the parent closes it, or dies in
# whatever way, the server is stopped and its directory removed. Arguments: binaries, directory, port.
binaries=$1 directory=$2 port=$3
exec 3<&0

"$binaries/bin/initdb" -D "$directory/data" -U postgres --pwfile="$directory/password" --auth=scram-sha-256 \
  --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-sync --no-instructions >&2 ||
  { rm -rf "$directory"; exit 1; }

# Durability is of no use to data that live as long as a test run.
"$binaries/bin/postgres" -D "$directory/data" -p "$port" -h 127.0.0.1 -k '' \
  -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB \
  -c max_wal_size=128MB -c jit=off -c log_statement=none &
server=$!
trap 'kill -INT $server' TERM INT HUP

(read -r _ <&3; kill -INT $server) 2>/dev/null &
watcher=$!

while kill -0 $server 2>/dev/null; do wait $server; done
kill $watcher 2>/dev/null
rm -rf "$directory"

#!/bin/sh
# Writes the built-in systems and the example topology into a C file: embed.sh OUT.c
set -eu
export LC_ALL=C

out=$1
here=$(dirname "$0")
example=$here/../../topologies/example.yaml

# The bytes of a file, as the inside of an array's initialiser.
bytes() {
	od -An -v -tu1 "$1" | awk '{ gsub(/ +/, ","); sub(/^,/, "\t"); print $0 "," }'
}

array() {
	printf 'static const unsigned char %s[] = {\n' "$1"
	bytes "$2"
	printf '\t0\n};\n\n'
}

entry() {
	printf '{ "%s", (const char *)%s, sizeof(%s) - 1 }' "$1" "$2" "$2"
}

{
	printf '/* Made by embed.sh: do not edit. */\n#include "load/systems.h"\n\n'
	n=0
	rows=
	for file in "$here"/*.yaml; do
		n=$((n + 1))
		array "system_$n" "$file"
		rows="$rows	$(entry "$(basename "$file" .yaml)" "system_$n"),
"
	done
	printf 'const struct embedded builtin_systems[] = {\n%s\t{ 0 },\n};\n\n' "$rows"
	array example "$example"
	printf 'const struct embedded embedded_example = %s;\n' "$(entry '<example>' example)"
} >"$out.new"
mv "$out.new" "$out"

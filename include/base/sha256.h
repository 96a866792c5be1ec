/*
 * sha256 - the hash of FIPS 180-4, to know a file's text again.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

#define SHA256_HEX (64 + 1)

/* The hash as 64 lower-case hexadecimal digits and a NUL. Returns `out`. */
char *sha256_hex(const void *data, size_t len, char out[SHA256_HEX]);

#endif

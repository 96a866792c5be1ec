/* The hash of FIPS 180-4: its published examples, and every length around the ends of blocks. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/sha256.h"

#define ABC448 "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

static void published_examples__come_out(void **state)
{
	char out[SHA256_HEX];

	(void)state;
	assert_string_equal(sha256_hex("", 0, out), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_string_equal(sha256_hex("abc", 3, out), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(sha256_hex(ABC448, strlen(ABC448), out),
	                    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* The hash of the hashes of "", "a", "aa", ... up to 299 letters: as Python's hashlib has it. */
static void every_length__comes_out(void **state)
{
	char letters[300], chain[300 * (SHA256_HEX - 1) + 1], out[SHA256_HEX];

	(void)state;
	memset(letters, 'a', sizeof(letters));
	for (size_t n = 0; n < sizeof(letters); n++)
		sha256_hex(letters, n, chain + n * (SHA256_HEX - 1));
	assert_string_equal(sha256_hex(chain, sizeof(chain) - 1, out), "dd21bb91165542678c760dec417a174580c2006e5105a25e373c77dd466cdf00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_examples__come_out),
		cmocka_unit_test(every_length__comes_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

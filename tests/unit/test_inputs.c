/* Inputs of check: what a directory is searched for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/inputs_p.h"

static void a_fifo_in_a_directory__is_passed_over_and_one_named_is_not(void **state)
{
	char dir[] = "/tmp/test_inputs-XXXXXX", path[64];
	struct inputs in = {0};

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/pipe.yaml", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(inputs_add(&in, dir), 0);
	assert_int_equal(in.all.len, 0);
	assert_int_equal(inputs_add(&in, path), 0);
	assert_int_equal(in.all.len, 1);
	assert_true(in.all.at[0].by_hand);
	inputs_release(&in);
	unlink(path);
	rmdir(dir);
}

static void a_dangling_link__is_an_input(void **state)
{
	char dir[] = "/tmp/test_inputs-XXXXXX", path[64];
	struct inputs in = {0};

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/link.yaml", dir);
	assert_int_equal(symlink("nowhere", path), 0);
	assert_int_equal(inputs_add(&in, dir), 0);
	assert_int_equal(in.all.len, 1); /* reading it says what is wrong */
	inputs_release(&in);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fifo_in_a_directory__is_passed_over_and_one_named_is_not),
		cmocka_unit_test(a_dangling_link__is_an_input),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

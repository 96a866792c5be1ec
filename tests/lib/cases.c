#include "lib/cases.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/vec.h"

void cases_load(struct cases *c, const char *path)
{
	VEC(struct worked_case) all = {0};
	FILE *f = fopen(path, "r");
	json_error_t error;
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	if (!f)
		fail_msg("unable to open '%s': tests run in the project's folder", path);
	while ((len = getline(&line, &cap, f)) >= 0) {
		json_t *json = json_loadb(line, (size_t)len, 0, &error);

		if (!json)
			fail_msg("%s:%zu: %s", path, all.len + 1, error.text);
		vec_push(&all, (struct worked_case){(unsigned)all.len + 1, json});
	}
	free(line);
	fclose(f);
	assert_true(all.len > 0);
	*c = (struct cases){path, all.at, all.len};
}

void cases_release(struct cases *c)
{
	for (size_t i = 0; i < c->len; i++)
		json_decref(c->at[i].json);
	free(c->at);
	*c = (struct cases){0};
}

const char *case_text(const struct worked_case *c, const char *member)
{
	const char *text = json_string_value(json_object_get(c->json, member));

	return text ? text : "";
}

duration case_duration(const json_t *seconds)
{
	return json_is_number(seconds) ? (duration)llround(json_number_value(seconds) * 1e6) : DURATION_NONE;
}

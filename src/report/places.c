#include "report/places_p.h"

#include <string.h>

#include "base/text.h"
#include "model/names.h"

const char *level_label(const struct model *m, uint8_t level)
{
	return level == LEVEL_SHARED ? "shared" : m->levels[level - 1];
}

void sb_add_level(struct strbuf *sb, const struct model *m, uint8_t level)
{
	const char *name = level_label(m, level);

	sb_add_clean(sb, name, strlen(name));
}

void sb_add_set(struct strbuf *sb, const struct model *m, const place_id *places, uint32_t n)
{
	struct strbuf name = {0};

	for (uint32_t i = 0; i < n; i++) {
		sb_clear(&name);
		sb_add_short(&name, m, places[i]);
		sb_add(sb, i ? " + " : "");
		sb_add_clean(sb, sb_text(&name), name.len);
	}
	sb_release(&name);
}

void json_places(struct json *j, const char *key, const struct model *m, const place_id *places, uint32_t n)
{
	struct strbuf path = {0};

	json_open_array(j, key);
	for (uint32_t i = 0; i < n; i++) {
		sb_clear(&path);
		sb_add_path(&path, m, places[i]);
		json_text(j, NULL, sb_text(&path));
	}
	json_close(j);
	sb_release(&path);
}

const char *start_words(const struct analysis *a)
{
	return analysis_start(a) ? "before anything more dies" : "with everything alive";
}

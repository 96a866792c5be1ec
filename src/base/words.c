#include "base/words.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

void sb_add_count(struct strbuf *sb, uint64_t n, const char *one, const char *many)
{
	if (n == 0)
		sb_addf(sb, "no %s", many);
	else
		sb_addf(sb, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

const char *is_or_are(uint64_t n)
{
	return n == 1 ? "is" : "are";
}

void sb_add_names(struct strbuf *sb, const char *const *names, size_t shown, uint64_t total)
{
	for (size_t i = 0; i < shown; i++) {
		bool last = i + 1 == shown;

		if (i)
			sb_add(sb, last && total <= shown ? " and " : ", ");
		sb_add_clean(sb, names[i], strlen(names[i]));
	}
	if (total > shown)
		sb_addf(sb, " and %" PRIu64 " more", total - shown);
}

static bool begins_plainly(const char *name)
{
	unsigned char c = (unsigned char)*name;

	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("./_<", c);
}

void sb_add_file_name(struct strbuf *sb, const char *name)
{
	if (!begins_plainly(name))
		sb_add(sb, "./");
	sb_add_clean(sb, name, strlen(name));
}

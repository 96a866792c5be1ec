#include "cli/levels_p.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "cli/trouble_p.h"
#include "model/names.h"

static int unknown_level(const struct invocation *in, const struct model *m, const char *name)
{
	struct suggestion s = suggest_for(name);
	struct strbuf levels = {0};
	int status;

	for (uint32_t i = 0; i < m->nlevels; i++) {
		suggest_offer(&s, m->levels[i]);
		sb_addf(&levels, "%s, ", m->levels[i]);
	}
	suggest_offer(&s, "shared");
	if (s.best)
		status = refuse(in->command, "the file has no level '%s'; did you mean '%s'?", name, s.best);
	else
		status = refuse(in->command, "the file has no level '%s'; it has %sshared", name, sb_text(&levels));
	sb_release(&levels);
	return status;
}

int level_option(const struct invocation *in, const struct model *m, const char *name, size_t len, uint8_t *ret)
{
	char *word = xstrndup(name, len);
	int status = EXIT_ANSWERED;

	*ret = strcmp(word, "shared") == 0 ? LEVEL_SHARED : (uint8_t)level_named(m, word, len);
	if (!*ret)
		status = unknown_level(in, m, word);
	free(word);
	return status;
}

int levels_option(const struct invocation *in, const struct model *m, const char *names, struct level_set *ret)
{
	*ret = (struct level_set){{false}};
	if (!names) {
		memset(ret->has + 1, true, m->nlevels);
		ret->has[0] = m->nshared > 0;
		return EXIT_ANSWERED;
	}
	for (const char *at = names; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
		uint8_t level;
		int status = level_option(in, m, at, strcspn(at, ","), &level);

		if (status != EXIT_ANSWERED)
			return status;
		ret->has[level == LEVEL_SHARED ? 0 : level] = true;
	}
	return EXIT_ANSWERED;
}

int number_option(const struct invocation *in, const char *option, const char *text, uint64_t most, uint64_t otherwise,
                  uint64_t *ret)
{
	uint64_t n = 0;
	const char *at = text;

	*ret = otherwise;
	if (!text)
		return EXIT_ANSWERED;
	for (; *at >= '0' && *at <= '9' && n <= most; at++)
		n = n * 10 + (uint64_t)(*at - '0');
	if (*at || at == text || n < 1 || n > most)
		return usage_trouble(in->command, "option '--%s' needs a whole number from 1 to %" PRIu64 ", not '%s'", option,
		                     most, text);
	*ret = n;
	return EXIT_ANSWERED;
}

int service_option(const struct invocation *in, const struct model *m, uint32_t *ret)
{
	const char *name = in->set.service;
	struct suggestion s;

	*ret = name ? service_named(m, name, strlen(name)) : NO_SERVICE;
	if (!name || *ret != NO_SERVICE)
		return EXIT_ANSWERED;
	s = suggest_for(name);
	for (uint32_t i = 0; i < m->nservices; i++)
		suggest_offer(&s, str_text(m->strings, m->services[i].name));
	if (s.best)
		return refuse(in->command, "the file has no service '%s'; did you mean '%s'?", name, s.best);
	return refuse(in->command, "the file has no service '%s'", name);
}

#include "load/faults_p.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

#define SHOWN_CELLS 60              /* of a name in a message */
#define MAX_COMPARISONS 20000000u   /* some seconds */

static bool is_repeated(struct faults *f, enum load_code code, struct place place)
{
	uint64_t key = hash_mix(hash_pair(place.line, place.col)) ^ (uint64_t)code;
	if (table_first(&f->reported, key) != TABLE_END)
		return true;
	table_add(&f->reported, key, 0);
	return false;
}

static bool is_full(const struct faults *f)
{
	return f->diags->cap && f->diags->errors > f->diags->cap;
}

struct diag *fault(struct faults *f, enum load_code code, struct place place, const char *fmt, ...)
{
	f->errors++;
	if (is_full(f)) {
		diag_error(f->diags, load_codes[code].code, place, "%s", "");
		return &f->repeated;
	}
	if (is_repeated(f, code, place))
		return &f->repeated;

	va_list ap;
	struct strbuf text = {0};
	va_start(ap, fmt);
	sb_vaddf(&text, fmt, ap);
	va_end(ap);
	struct diag *d = diag_error(f->diags, load_codes[code].code, place, "%s", sb_text(&text));
	sb_release(&text);
	return d;
}

void fault_also(struct diag *d, struct place also, const char *message)
{
	d->also = also;
	d->also_message = message;
}

void fault_hint(struct faults *f, struct diag *d, const char *fmt, ...)
{
	if (d == &f->repeated)
		return;
	va_list ap;
	struct strbuf text = {0};
	va_start(ap, fmt);
	sb_vaddf(&text, fmt, ap);
	va_end(ap);
	diag_hint(f->diags, d, "%s", sb_text(&text));
	sb_release(&text);
}

void fault_suggest(struct faults *f, struct diag *d, const struct suggestion *s)
{
	if (s->best)
		fault_hint(f, d, "did you mean '%s'?", shown_text(f, s->best));
}

const char *shown(struct faults *f, const char *text, size_t len)
{
	if (is_full(f))
		return "";
	struct strbuf clean = {0};
	size_t most = SHOWN_CELLS * 4; /* bytes in a code point */
	sb_add_clean(&clean, text, len < most ? len : most);
	size_t fit = text_fit(sb_text(&clean), SHOWN_CELLS);
	bool cut = fit < clean.len || len > most;
	const char *result = arena_printf(&f->arena, "%.*s%s", (int)fit, sb_text(&clean), cut ? "\xe2\x80\xa6" : "");
	sb_release(&clean);
	return result;
}

const char *shown_text(struct faults *f, const char *text)
{
	return shown(f, text, strlen(text));
}

bool may_compare(struct faults *f, size_t candidates)
{
	f->comparisons += candidates;
	return f->comparisons <= MAX_COMPARISONS && !is_full(f);
}

void faults_release(struct faults *f)
{
	table_release(&f->reported);
	arena_release(&f->arena);
}

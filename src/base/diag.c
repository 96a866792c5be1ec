#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *const severity_names[] = {
	[SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error",
};

const char *severity_name(enum severity s)
{
	return severity_names[s];
}

static void count_one(struct diag_list *dl, enum severity severity)
{
	dl->errors += severity == SEVERITY_ERROR;
	dl->warnings += severity == SEVERITY_WARNING;
	dl->notes += severity == SEVERITY_NOTE;
}

__attribute__((format(printf, 2, 0)))
static const char *clean_text(struct arena *a, const char *fmt, va_list ap)
{
	struct strbuf raw = {0}, clean = {0};

	sb_vaddf(&raw, fmt, ap);
	sb_add_clean(&clean, sb_text(&raw), raw.len);
	sb_release(&raw);
	return sb_to_arena(&clean, a);
}

struct diag *diag_add(struct diag_list *dl, const char *code, enum severity severity, struct place place,
                      const char *fmt, ...)
{
	struct diag d = { .code = code, .severity = severity, .place = place, .message = "" };
	va_list ap;

	count_one(dl, severity);
	if (dl->cap && dl->all.len >= dl->cap) {
		dl->dropped++;
		dl->scratch = d;
		return &dl->scratch;
	}
	va_start(ap, fmt);
	d.message = clean_text(&dl->arena, fmt, ap);
	va_end(ap);
	vec_push(&dl->all, d);
	return &dl->all.at[dl->all.len - 1];
}

void diag_hint(struct diag_list *dl, struct diag *d, const char *fmt, ...)
{
	va_list ap;

	if (d == &dl->scratch)
		return;
	va_start(ap, fmt);
	d->hint = clean_text(&dl->arena, fmt, ap);
	va_end(ap);
}

/* A message and when it was added: qsort alone need not keep the order of equals. */
struct numbered {
	struct diag diag;
	size_t number;
};

static int compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_numbered(const void *left, const void *right)
{
	const struct numbered *a = left, *b = right;
	int order = compare_numbers(a->diag.place.line, b->diag.place.line);

	if (!order)
		order = compare_numbers(a->diag.place.col, b->diag.place.col);
	if (!order)
		order = strcmp(a->diag.code, b->diag.code);
	return order ? order : compare_numbers(a->number, b->number);
}

void diag_sort(struct diag_list *dl)
{
	size_t n = dl->all.len;
	struct numbered *sorted = xcalloc(n, sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct numbered){ dl->all.at[i], i };
	qsort(sorted, n, sizeof(*sorted), compare_numbered);
	for (size_t i = 0; i < n; i++)
		dl->all.at[i] = sorted[i].diag;
	free(sorted);
}

void diag_limit(struct diag_list *dl, size_t cap)
{
	dl->cap = cap;
	if (!cap || dl->all.len <= cap)
		return;
	dl->dropped += dl->all.len - cap;
	dl->all.len = cap;
}

void diag_release(struct diag_list *dl)
{
	arena_release(&dl->arena);
	vec_free(&dl->all);
	*dl = (struct diag_list){ .cap = dl->cap };
}

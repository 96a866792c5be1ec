/* rtt - see analysis/rtt.h */
#include "analysis/rtt.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"

struct rtts {
	const struct model *model;
	struct span { domain_id parent, end; duration rtt; } *spans; /* of each domain: what a look-up touches, close together */
	domain_id *end_above;      /* the nearest domain, itself or above, that is an end of a link; NULL without links */
	struct table links;        /* from two ends, the lower number first, to the link */
	bool by_level;
};

/* ---- what holds inside each domain ---- */

static duration default_of(const char *level)
{
	static const struct { const char *level; duration rtt; } defaults[] = {
		{"rack", 100}, {"dc", 500}, {"az", 1000}, {"region", 1500},
	};

	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
		if (!strcmp(level, defaults[i].level))
			return defaults[i].rtt;
	return DURATION_NONE;
}

#define ROOT_RTT ((duration)80000)

/* What holds for every domain of a level that says nothing itself; DURATION_NONE: that of the domain around it. */
static duration rtt_of_level(const struct model *m, uint8_t level)
{
	duration said = m->level_attributes[level].rtt;

	if (said != DURATION_NONE)
		return said;
	return level ? default_of(m->levels[level - 1]) : ROOT_RTT;
}

static void fill_spans(struct rtts *r)
{
	const struct model *m = r->model;

	for (domain_id d = 0; d < m->ndomains; d++)
		r->spans[d] = (struct span){m->domains[d].parent, m->domains[d].end, rtt_of_level(m, m->domains[d].level)};
	for (uint32_t i = 0; i < m->nown_attributes; i++)
		if (m->own_attributes[i].attributes.rtt != DURATION_NONE) {
			r->spans[m->own_attributes[i].domain].rtt = m->own_attributes[i].attributes.rtt;
			r->by_level = false;
		}
	for (domain_id d = 1; d < m->ndomains; d++)
		if (r->spans[d].rtt == DURATION_NONE)
			r->spans[d].rtt = r->spans[r->spans[d].parent].rtt; /* the parent has the lower number */
}

/* ---- links ---- */

static uint64_t link_key(domain_id a, domain_id b)
{
	return hash_mix(a < b ? hash_pair(a, b) : hash_pair(b, a));
}

static void index_links(struct rtts *r)
{
	const struct model *m = r->model;

	r->end_above = xmalloc(m->ndomains * sizeof(*r->end_above));
	memset(r->end_above, 0xff, m->ndomains * sizeof(*r->end_above));
	for (uint32_t i = 0; i < m->nlinks; i++) {
		r->end_above[m->links[i].a] = m->links[i].a;
		r->end_above[m->links[i].b] = m->links[i].b;
		table_add(&r->links, link_key(m->links[i].a, m->links[i].b), i);
	}
	for (domain_id d = 1; d < m->ndomains; d++)
		if (r->end_above[d] == NO_DOMAIN)
			r->end_above[d] = r->end_above[m->domains[d].parent];
}

static const struct link *link_of(const struct rtts *r, domain_id a, domain_id b)
{
	uint64_t key = link_key(a, b);

	for (uint32_t at = table_first(&r->links, key); at != TABLE_END; at = table_next(&r->links, key, at)) {
		const struct link *l = &r->model->links[table_value(&r->links, at)];

		if ((l->a == a && l->b == b) || (l->a == b && l->b == a))
			return l;
	}
	return NULL;
}

/* The next end of a link strictly above `d`. */
static domain_id next_end(const struct rtts *r, domain_id d)
{
	return d == ROOT ? NO_DOMAIN : r->end_above[r->spans[d].parent];
}

static bool beats(const struct rtts *r, const struct link *l, const struct link *best)
{
	const struct domain *d = r->model->domains;
	int depth, best_depth;

	if (!best)
		return true;
	depth = d[l->a].level + d[l->b].level;
	best_depth = d[best->a].level + d[best->b].level;
	return depth > best_depth || (depth == best_depth && l < best);
}

/* `top`: the narrowest domain around both; the ends of a link between them lie below it. */
static const struct link *best_link(const struct rtts *r, domain_id a, domain_id b, domain_id top)
{
	const struct link *best = NULL;

	for (domain_id x = r->end_above[a]; x != NO_DOMAIN && x > top; x = next_end(r, x))
		for (domain_id y = r->end_above[b]; y != NO_DOMAIN && y > top; y = next_end(r, y)) {
			const struct link *l = link_of(r, x, y);

			if (l && beats(r, l, best))
				best = l;
		}
	return best;
}

/* ---- for others ---- */

struct rtts *rtts_new(const struct model *m)
{
	struct rtts *r = xcalloc(1, sizeof(*r));

	r->model = m;
	r->by_level = !m->nlinks;
	r->spans = xcalloc(m->ndomains, sizeof(*r->spans));
	fill_spans(r);
	if (m->nlinks)
		index_links(r);
	return r;
}

void rtts_free(struct rtts *r)
{
	if (!r)
		return;
	free(r->spans);
	free(r->end_above);
	table_release(&r->links);
	free(r);
}

duration rtt_between(const struct rtts *r, domain_id a, domain_id b)
{
	domain_id top = a;
	const struct link *l;

	while (b < top || b >= r->spans[top].end)
		top = r->spans[top].parent;
	l = r->end_above && top != a && top != b ? best_link(r, a, b, top) : NULL;
	return l ? l->rtt : r->spans[top].rtt;
}

bool rtts_by_level(const struct rtts *r)
{
	return r->by_level;
}

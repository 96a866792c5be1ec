/*
 * Names are numbered densely. `places` holds the domains by (name, parent): those of one name are a range in
 * it, and the one below a given parent is found there by bisection. So a whole path is a bisection for each
 * part, and a tail costs as much as its rarest part has bearers, however often the others occur.
 */
#include "model/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "base/text.h"

struct model_names {
	struct table numbers;   /* from a str_id to the name's number */
	VEC(str_id) names;      /* by number */
	uint32_t *first;        /* [names + 1]: where a name's domains begin in `bearers` */
	domain_id *bearers;     /* all domains but the root, by (name, parent) */
	struct table shared;    /* from a str_id to the index of the shared domain */
};

/* ---- the index ---- */

static uint32_t number_of(const struct model_names *mn, str_id name)
{
	uint32_t at = table_first(&mn->numbers, name);

	return at == TABLE_END ? UINT32_MAX : table_value(&mn->numbers, at);
}

static uint32_t add_number(struct model_names *mn, str_id name)
{
	uint32_t number = number_of(mn, name);

	if (number != UINT32_MAX)
		return number;
	table_add(&mn->numbers, name, (uint32_t)mn->names.len);
	vec_push(&mn->names, name);
	return (uint32_t)(mn->names.len - 1);
}

/* Stable counting sort of ids by keys[id], out of `in` into `out`. Returns where each key begins, [nkeys + 1]. */
static uint32_t *sort_by(const uint32_t *keys, uint32_t nkeys, const domain_id *in, domain_id *out, uint32_t n)
{
	uint32_t *first = xcalloc(nkeys + 2ul, sizeof(*first));

	for (uint32_t i = 0; i < n; i++)
		first[keys[in[i]] + 2]++;
	for (uint32_t k = 0; k < nkeys; k++)
		first[k + 2] += first[k + 1];
	for (uint32_t i = 0; i < n; i++)
		out[first[keys[in[i]] + 1]++] = in[i];
	return first;
}

static void index_domains(struct model *m, struct model_names *mn)
{
	uint32_t n = m->ndomains - 1, *keys = xmalloc(m->ndomains * sizeof(*keys));
	domain_id *in_order = xmalloc(n * sizeof(*in_order)), *by_parent = xmalloc(n * sizeof(*by_parent));

	for (domain_id d = 1; d < m->ndomains; d++) {
		in_order[d - 1] = d;
		keys[d] = m->domains[d].parent;
	}
	free(sort_by(keys, m->ndomains, in_order, by_parent, n));
	for (domain_id d = 1; d < m->ndomains; d++)
		keys[d] = add_number(mn, m->domains[d].name);
	mn->first = sort_by(keys, (uint32_t)mn->names.len, by_parent, in_order, n);
	mn->bearers = in_order;
	free(by_parent);
	free(keys);
}

void model_index_names(struct model *m)
{
	struct model_names *mn = xcalloc(1, sizeof(*mn));

	index_domains(m, mn);
	vec_trim(&mn->names);
	for (uint32_t i = 0; i < m->nshared; i++)
		if (table_first(&mn->shared, m->shared[i].name) == TABLE_END)
			table_add(&mn->shared, m->shared[i].name, i);
	m->names = mn;
}

void model_free_names(struct model *m)
{
	struct model_names *mn = m->names;

	if (!mn)
		return;
	table_release(&mn->numbers);
	table_release(&mn->shared);
	vec_free(&mn->names);
	free(mn->first);
	free(mn->bearers);
	free(mn);
	m->names = NULL;
}

size_t model_names_bytes(const struct model *m)
{
	const struct model_names *mn = m->names;

	return mn ? sizeof(*mn) + table_bytes(&mn->numbers) + table_bytes(&mn->shared) +
	            mn->names.len * 2 * sizeof(uint32_t) + m->ndomains * sizeof(*mn->bearers) : 0;
}

struct bearers {
	const domain_id *at;
	uint32_t len;
};

static struct bearers bearers_of(const struct model_names *mn, str_id name)
{
	uint32_t number = name ? number_of(mn, name) : UINT32_MAX;

	if (number == UINT32_MAX)
		return (struct bearers){0};
	return (struct bearers){ mn->bearers + mn->first[number], mn->first[number + 1] - mn->first[number] };
}

static place_id shared_named(const struct model *m, str_id name)
{
	uint32_t at = name ? table_first(&m->names->shared, name) : TABLE_END;

	return at == TABLE_END ? NO_PLACE : m->ndomains + table_value(&m->names->shared, at);
}

static domain_id child_known_as(const struct model *m, domain_id parent, str_id name)
{
	struct bearers of_name = bearers_of(m->names, name);
	uint32_t low = 0, high = of_name.len;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (m->domains[of_name.at[middle]].parent < parent)
			low = middle + 1;
		else
			high = middle;
	}
	return low < of_name.len && m->domains[of_name.at[low]].parent == parent ? of_name.at[low] : NO_DOMAIN;
}

domain_id child_named(const struct model *m, domain_id parent, const char *name, size_t len)
{
	return child_known_as(m, parent, str_find(m->strings, name, len));
}

/* ---- references ---- */

/* The parts of a path or of its tail, from the top. */
struct ref {
	bool whole; /* begins at the root */
	uint32_t nparts;
	str_id parts[MAX_LEVELS];
};

/* False when some part is no name at all, or there are too many. */
static bool ref_split(const struct model *m, const char *text, size_t len, struct ref *r)
{
	const char *end = text + len;

	r->nparts = 0;
	r->whole = len && *text == '/';
	text += r->whole;
	if (r->whole && text == end)
		return true;
	for (;;) {
		const char *slash = memchr(text, '/', (size_t)(end - text));
		size_t part = (size_t)((slash ? slash : end) - text);
		str_id name = str_find(m->strings, text, part);

		if (!name || r->nparts == MAX_LEVELS)
			return false;
		r->parts[r->nparts++] = name;
		if (!slash)
			return true;
		text = slash + 1;
	}
}

/* The domain at the end of the reference, given the one that its part number `pivot` stands for. */
static domain_id match_around(const struct model *m, const struct ref *r, uint32_t pivot, domain_id d)
{
	domain_id above = d;

	for (uint32_t i = pivot; i-- > 0;) {
		above = m->domains[above].parent;
		if (m->domains[above].name != r->parts[i])
			return NO_DOMAIN;
	}
	for (uint32_t i = pivot + 1; i < r->nparts && d != NO_DOMAIN; i++)
		d = child_known_as(m, d, r->parts[i]);
	return d;
}

static domain_id descend(const struct model *m, const struct ref *r)
{
	domain_id d = ROOT;

	for (uint32_t i = 0; i < r->nparts && d != NO_DOMAIN; i++)
		d = child_known_as(m, d, r->parts[i]);
	return d;
}

static uint32_t rarest_part(const struct model *m, const struct ref *r, struct bearers *ret)
{
	uint32_t rarest = 0;

	*ret = bearers_of(m->names, r->parts[0]);
	for (uint32_t i = 1; i < r->nparts && ret->len > 1; i++) {
		struct bearers of_part = bearers_of(m->names, r->parts[i]);

		if (of_part.len < ret->len) {
			*ret = of_part;
			rarest = i;
		}
	}
	return rarest;
}

/* What has been found for a reference. With `enough`, looking on for more than that many is a waste. */
struct finding {
	place_id *places;
	size_t max, found, enough;
	place_id first;
};

static void found(struct finding *f, place_id p)
{
	if (f->found == 0)
		f->first = p;
	if (f->found < f->max)
		f->places[f->found] = p;
	f->found++;
}

static void find_tail(const struct model *m, const struct ref *r, struct finding *f)
{
	struct bearers candidates;
	uint32_t pivot = rarest_part(m, r, &candidates);

	for (uint32_t i = 0; i < candidates.len && f->found < f->enough; i++) {
		domain_id d = match_around(m, r, pivot, candidates.at[i]);

		if (d != NO_DOMAIN)
			found(f, d);
	}
}

/* Tails of one part need no looking at each: all the bearers of the name are meant. */
static void find_name(const struct model *m, const struct ref *r, struct finding *f)
{
	struct bearers of_name = bearers_of(m->names, r->parts[0]);
	place_id shared = shared_named(m, r->parts[0]);
	size_t shown = of_name.len < f->max + 1 ? of_name.len : f->max + 1;

	for (size_t i = 0; i < shown; i++)
		found(f, of_name.at[i]);
	f->found = of_name.len;
	if (shared != NO_PLACE)
		found(f, shared);
}

static void find_ref(const struct model *m, const struct ref *r, struct finding *f)
{
	if (r->whole) {
		domain_id d = descend(m, r);

		if (d != NO_DOMAIN)
			found(f, d);
	} else if (r->nparts == 1) {
		find_name(m, r, f);
	} else {
		find_tail(m, r, f);
	}
}

enum resolve_result resolve_place(const struct model *m, const char *ref, size_t len, place_id *ret,
                                  place_id *ret_candidates, size_t max, size_t *ret_ncandidates)
{
	struct finding f = { .places = ret_candidates, .max = ret_candidates ? max : 0 };
	struct ref r;

	f.enough = ret_ncandidates ? SIZE_MAX : f.max > 2 ? f.max : 2;
	if (ref_split(m, ref, len, &r))
		find_ref(m, &r, &f);
	if (f.found > 1 && ret_ncandidates)
		*ret_ncandidates = f.found;
	if (f.found == 1)
		*ret = f.first;
	return f.found == 0 ? RESOLVE_UNKNOWN : f.found == 1 ? RESOLVE_OK : RESOLVE_AMBIGUOUS;
}

/* ---- why a reference fails ---- */

enum { LISTED = 5 };

static void say_candidates(struct strbuf *sb, const struct model *m, const place_id *places, size_t n)
{
	size_t listed = n < LISTED ? n : LISTED;

	sb_addf(sb, " could be any of %zu domains: ", n);
	for (size_t i = 0; i < listed; i++) {
		struct strbuf path = {0};

		if (i)
			sb_add(sb, i + 1 == n ? " and " : ", ");
		sb_add_path(&path, m, places[i]);
		sb_add_quoted(sb, sb_text(&path), path.len);
		sb_release(&path);
	}
	if (n > listed)
		sb_addf(sb, " and %zu more", n - listed);
}

static const char *closest_name(const struct model *m, const char *wanted)
{
	struct suggestion s = suggest_for(wanted);

	for (size_t i = 0; i < m->names->names.len; i++)
		suggest_offer(&s, str_text(m->strings, m->names->names.at[i]));
	for (uint32_t i = 0; i < m->nshared; i++)
		suggest_offer(&s, str_text(m->strings, m->shared[i].name));
	return s.best;
}

static const char *closest_child(const struct model *m, domain_id parent, const char *wanted)
{
	struct suggestion s = suggest_for(wanted);

	for (domain_id d = parent + 1; d < m->domains[parent].end; d = m->domains[d].end)
		suggest_offer(&s, str_text(m->strings, m->domains[d].name));
	return s.best;
}

/* The name that stands for `wanted` below `above`, or anywhere with NO_PLACE; NULL when none is close. */
static const char *mended_part(const struct model *m, place_id above, const char *wanted)
{
	size_t len = strlen(wanted);

	if (above < m->ndomains)
		return child_named(m, above, wanted, len) != NO_DOMAIN ? wanted : closest_child(m, above, wanted);
	return bearers_of(m->names, str_find(m->strings, wanted, len)).len ? wanted : closest_name(m, wanted);
}

/* Mends a reference part by part, from the top; false when that leads nowhere. */
static bool mend(const struct model *m, const char *ref, struct arena *arena, struct strbuf *mended)
{
	place_id above = NO_PLACE, unused;

	if (*ref == '/') {
		above = ROOT;
		sb_addc(mended, *ref++);
	}
	for (unsigned parts = 0; parts < MAX_LEVELS; parts++) {
		size_t len = strcspn(ref, "/");
		const char *good = mended_part(m, above, arena_strndup(arena, ref, len));

		if (!good)
			return false;
		sb_add(mended, good);
		if (resolve_place(m, sb_text(mended), mended->len, &above, NULL, 0, NULL) != RESOLVE_OK)
			above = NO_PLACE;
		if (!ref[len])
			break;
		sb_addc(mended, '/');
		ref += len + 1;
	}
	return resolve_place(m, sb_text(mended), mended->len, &unused, NULL, 0, NULL) != RESOLVE_UNKNOWN;
}

/* Whether the parts of the reference are among what is above `d`, in their order, with others between. */
static bool lies_below_all(const struct model *m, const struct ref *r, domain_id d)
{
	uint32_t left = r->nparts - 1;

	while (left > 0 && d != ROOT) {
		d = m->domains[d].parent;
		left -= m->domains[d].name == r->parts[left - 1];
	}
	return left == 0;
}

/* The first domain that would be meant if parts of the path may be left out. */
static domain_id find_with_gaps(const struct model *m, const char *ref, size_t len)
{
	struct bearers of_last;
	struct ref r;

	if (!ref_split(m, ref, len, &r) || r.nparts + r.whole < 2)
		return NO_DOMAIN;
	of_last = bearers_of(m->names, r.parts[r.nparts - 1]);
	for (uint32_t i = 0; i < of_last.len; i++)
		if (lies_below_all(m, &r, of_last.at[i]))
			return of_last.at[i];
	return NO_DOMAIN;
}

static void say_suggestion(struct strbuf *sb, const struct model *m, const char *ref, size_t len, struct arena *arena)
{
	domain_id gapped = find_with_gaps(m, ref, len);
	struct strbuf meant = {0};
	bool close = gapped != NO_DOMAIN;

	if (close)
		sb_add_path(&meant, m, gapped);
	else
		close = mend(m, arena_strndup(arena, ref, len), arena, &meant);
	sb_add_suggestion(sb, close ? sb_text(&meant) : NULL);
	sb_release(&meant);
}

const char *resolve_why(const struct model *m, const char *ref, size_t len, struct arena *arena)
{
	place_id unused, candidates[LISTED];
	size_t n = 0;
	struct strbuf sb = {0};

	if (resolve_place(m, ref, len, &unused, candidates, LISTED, &n) == RESOLVE_AMBIGUOUS) {
		sb_add_quoted(&sb, ref, len);
		say_candidates(&sb, m, candidates, n);
	} else {
		sb_add(&sb, "no domain is named ");
		sb_add_quoted(&sb, ref, len);
		say_suggestion(&sb, m, ref, len, arena);
	}
	return sb_to_arena(&sb, arena);
}

/* ---- saying places ---- */

static bool is_shared(const struct model *m, place_id p)
{
	return p >= m->ndomains;
}

static str_id name_of(const struct model *m, place_id p)
{
	return is_shared(m, p) ? m->shared[p - m->ndomains].name : m->domains[p].name;
}

const char *place_name(const struct model *m, place_id p)
{
	return str_text(m->strings, name_of(m, p));
}

const char *place_level_name(const struct model *m, place_id p)
{
	if (is_shared(m, p))
		return "shared";
	return p == ROOT ? "root" : m->levels[m->domains[p].level - 1];
}

static void add_name(struct strbuf *sb, const struct model *m, str_id name)
{
	sb_addn(sb, str_text(m->strings, name), str_len(m->strings, name));
}

static void add_parts(struct strbuf *sb, const struct model *m, const struct ref *r)
{
	for (uint32_t i = 0; i < r->nparts; i++) {
		if (i > 0 || r->whole)
			sb_addc(sb, '/');
		add_name(sb, m, r->parts[i]);
	}
}

/* The reference by the last `nparts` names of d's path. */
static void ref_to(const struct model *m, domain_id d, uint32_t nparts, struct ref *r)
{
	r->whole = false;
	for (r->nparts = nparts; nparts-- > 0; d = m->domains[d].parent)
		r->parts[nparts] = m->domains[d].name;
}

void sb_add_path(struct strbuf *sb, const struct model *m, place_id p)
{
	struct ref r;

	if (is_shared(m, p)) {
		add_name(sb, m, name_of(m, p));
		return;
	}
	ref_to(m, p, m->domains[p].level, &r);
	r.whole = true;
	if (p == ROOT)
		sb_addc(sb, '/');
	add_parts(sb, m, &r);
}

char *place_path(const struct model *m, place_id p, struct arena *arena)
{
	struct strbuf sb = {0};

	sb_add_path(&sb, m, p);
	return sb_to_arena(&sb, arena);
}

static bool names_one(const struct model *m, const struct ref *r)
{
	struct finding f = { .enough = 2 };

	find_ref(m, r, &f);
	return f.found == 1;
}

void sb_add_short(struct strbuf *sb, const struct model *m, place_id p)
{
	uint32_t level = is_shared(m, p) ? 0 : m->domains[p].level;
	struct ref r;

	for (uint32_t nparts = 1; nparts <= level; nparts++) {
		ref_to(m, p, nparts, &r);
		if (names_one(m, &r)) {
			add_parts(sb, m, &r);
			return;
		}
	}
	sb_add_path(sb, m, p);
}

/* ---- other names ---- */

static bool is_named(const struct model *m, str_id name, const char *text, size_t len)
{
	return str_len(m->strings, name) == len && memcmp(str_text(m->strings, name), text, len) == 0;
}

uint32_t service_named(const struct model *m, const char *name, size_t len)
{
	for (uint32_t s = 0; s < m->nservices; s++)
		if (is_named(m, m->services[s].name, name, len))
			return s;
	return NO_SERVICE;
}

uint32_t group_named(const struct model *m, uint32_t service, const char *name, size_t len)
{
	const struct service *s = &m->services[service];

	for (uint32_t g = s->first_group; g < s->first_group + s->ngroups; g++)
		if (is_named(m, m->groups[g].name, name, len))
			return g;
	return NO_GROUP;
}

unsigned level_named(const struct model *m, const char *name, size_t len)
{
	for (uint32_t i = 0; i < m->nlevels; i++)
		if (strlen(m->levels[i]) == len && memcmp(m->levels[i], name, len) == 0)
			return i + 1;
	return 0;
}

/*
 * heaviest - see heaviest_p.h
 *
 * A set S of k domains totals the weights of its subsets. Those of one and two domains are what most of it is
 * made of; so let q(a, b) be the weight of a pair with a share of each larger weight over it that is positive,
 * those of S itself excepted. Where S itself has no positive weight, its total is at most
 *	sum of w(a) over its members + sum of q(a, b) over its pairs,
 * and with p(a, b) = q(a, b) + (w(a) + w(b)) / (k - 1) that is the sum of p over its k (k - 1) / 2 pairs: its
 * heaviest pair has at least the mean. So pairs are taken in order, heaviest first and only while so many of
 * them could beat the sets that are known, and the rest of the set is looked for around them. Sets that have
 * a positive weight of their own are few, and tried one by one.
 *
 * For sets of three whose pairs all stand in one array, only heavy edges are listed: about two for each domain.
 * What the third may be beside a pair is then listed around one of the two, or heavy itself.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/heaviest_p.h"

#define MAX_SCANNED ((uint64_t)1 << 32) /* domains looked at: some seconds */
#define ROUND 0.8                       /* pairs are taken in rounds, each down to this part of the one before */
#define HEAVY_EDGES 2                   /* listed for each domain, about */
#define SLACK 1e-6                      /* sums of shares are not quite exact */

/* ---- the best so far ---- */

struct best {
	size_t top;
	uint32_t size;
	VEC(struct heavy_set) kept;    /* in order, the last of them the least */
	VEC(struct heavy_set) waiting; /* to be sorted in */
};

static int compare_sets(const uint32_t *a, const uint32_t *b, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

static int by_rank(const void *x, const void *y, void *size)
{
	const struct heavy_set *a = x, *b = y;

	if (a->total != b->total)
		return a->total > b->total ? -1 : 1;
	return compare_sets(a->set, b->set, *(const uint32_t *)size);
}

static void sort_in(struct best *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->waiting.len; i++)
		vec_push(&b->kept, b->waiting.at[i]);
	vec_clear(&b->waiting);
	if (b->kept.len > 1)
		qsort_r(b->kept.at, b->kept.len, sizeof(*b->kept.at), by_rank, &b->size);
	for (size_t i = 0; i < b->kept.len && n < b->top; i++)
		if (!n || by_rank(&b->kept.at[n - 1], &b->kept.at[i], &b->size) != 0)
			b->kept.at[n++] = b->kept.at[i];
	b->kept.len = n;
}

static bool is_full(const struct best *b)
{
	return b->kept.len >= b->top;
}

/* What a set must total at least to be of interest. */
static int64_t least_total(const struct best *b)
{
	return is_full(b) ? b->kept.at[b->kept.len - 1].total : 1;
}

/* Whether a set of that total, this one or a later one in order, may have a place. */
static bool has_place(const struct best *b, int64_t total, const uint32_t *set)
{
	if (total != least_total(b) || !is_full(b))
		return total >= least_total(b);
	return compare_sets(set, b->kept.at[b->kept.len - 1].set, b->size) < 0;
}

static void offer(struct best *b, int64_t total, const uint32_t *set)
{
	struct heavy_set s = {.total = total};

	if (!has_place(b, total, set))
		return;
	memcpy(s.set, set, b->size * sizeof(*set));
	vec_push(&b->waiting, s);
	if (b->waiting.len >= 16 + b->kept.len / 4)
		sort_in(b);
}

/* ---- what the search goes by ---- */

struct edge { uint32_t a, b; double q; };

struct hunt {
	const struct weights *w;
	enum target target;
	struct best best;
	uint32_t n, size;
	double *single;         /* [n] */
	uint32_t *by_single;    /* [n] domains, heaviest first, then in order */
	uint32_t *run_end;      /* [n] of by_single: one past those of the same weight */
	const int32_t *pairs;   /* q of all pairs, for sets of three; NULL: all edges are listed */
	double light;           /* what an edge that is not listed weighs at most; 0: there is none */
	VEC(struct edge) edges;
	uint32_t *first;        /* [n + 1] of each domain in to, and q */
	uint32_t *to;
	double *q;
	double heaviest_q;      /* not below 0 */
	uint32_t set[WORST_MAX_SIZE];
	double *around;         /* [n] w + sum of q to the members so far */
	bool *in_set;
	double cap;             /* on q of the pairs that are still to come */
	uint64_t scanned;
	bool gave_up;
};

static double pairs_in(uint32_t n)
{
	return n * (n - 1.0) / 2;
}

static int by_single_weight(const void *x, const void *y, void *single)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	const double *w = single;

	if (w[a] != w[b])
		return w[a] > w[b] ? -1 : 1;
	return (a > b) - (a < b);
}

static void list_singles(struct hunt *h)
{
	h->single = xcalloc(h->n + 1, sizeof(*h->single));
	h->by_single = xcalloc(h->n + 1, sizeof(*h->by_single));
	h->run_end = xcalloc(h->n + 1, sizeof(*h->run_end));
	for (uint32_t i = 0; i < h->n; i++) {
		h->single[i] = h->w->singles[i].of[h->target];
		h->by_single[i] = i;
	}
	qsort_r(h->by_single, h->n, sizeof(*h->by_single), by_single_weight, h->single);
	for (uint32_t i = h->n; i-- > 0;)
		h->run_end[i] = i + 1 < h->n && h->single[h->by_single[i]] == h->single[h->by_single[i + 1]] ?
			h->run_end[i + 1] : i + 1;
}

static void add_edge(struct hunt *h, struct table *index, uint32_t a, uint32_t b, double q)
{
	uint32_t at = index ? table_first(index, hash_pair(a, b)) : TABLE_END;

	if (at != TABLE_END) {
		h->edges.at[table_value(index, at)].q += q;
		return;
	}
	if (index)
		table_add(index, hash_pair(a, b), (uint32_t)h->edges.len);
	vec_push(&h->edges, (struct edge){a, b, q});
}

struct sharing {
	struct hunt *h;
	struct table *index; /* NULL: pairs alone have weights, so each comes once */
};

static void share_out(void *context, const uint32_t *set, uint32_t size, const struct weight *weight)
{
	const struct sharing *s = context;
	int32_t w = weight->of[s->h->target];

	if (!w || (size > 2 && w < 0))
		return;
	for (uint32_t j = 1; j < size; j++)
		for (uint32_t i = 0; i < j; i++)
			add_edge(s->h, s->index, set[i], set[j], w / pairs_in(size));
}

#define WEIGHTS_COUNTED 256

/* The least weight of edges to be listed, so that they are few; at least 1. */
static int32_t find_heavy(const struct hunt *h)
{
	size_t npairs = (size_t)h->n * (h->n - 1) / 2, of_weight[WEIGHTS_COUNTED] = {0}, heavy = 0;
	int32_t least = WEIGHTS_COUNTED - 1;

	for (size_t i = 0; i < npairs; i++)
		of_weight[h->pairs[i] < 0 ? 0 : h->pairs[i] < least ? h->pairs[i] : least]++;
	heavy = of_weight[least];
	while (least > 1 && heavy + of_weight[least - 1] <= HEAVY_EDGES * (size_t)h->n)
		heavy += of_weight[--least];
	return least;
}

static void list_heavy(struct hunt *h)
{
	int32_t least = find_heavy(h);
	const int32_t *q = h->pairs;

	h->light = least - 1;
	for (uint32_t a = 0; a < h->n; a++)
		for (uint32_t b = a + 1; b < h->n; b++, q++)
			if (*q >= least)
				vec_push(&h->edges, (struct edge){a, b, *q});
			else if (*q > h->heaviest_q)
				h->heaviest_q = *q;
}

static void list_shares(struct hunt *h)
{
	struct table index = {0};
	struct sharing s = {h, h->size > 3 ? &index : NULL};

	for (uint32_t size = 2; size < h->size; size++)
		weights_each_of(h->w, size, share_out, &s);
	table_release(&index);
}

static void list_edges(struct hunt *h)
{
	h->pairs = h->size == 3 ? h->w->pairs[h->target] : NULL;
	if (h->pairs)
		list_heavy(h);
	else
		list_shares(h);
	h->first = xcalloc(h->n + 2, sizeof(*h->first));
	h->to = xcalloc(2 * h->edges.len + 1, sizeof(*h->to));
	h->q = xcalloc(2 * h->edges.len + 1, sizeof(*h->q));
	for (size_t i = 0; i < h->edges.len; i++) {
		h->first[h->edges.at[i].a + 1]++;
		h->first[h->edges.at[i].b + 1]++;
		h->heaviest_q = fmax(h->heaviest_q, h->edges.at[i].q);
	}
	for (uint32_t i = 0; i < h->n; i++)
		h->first[i + 1] += h->first[i];
	for (size_t i = h->edges.len; i-- > 0;) {
		const struct edge *e = &h->edges.at[i];
		uint32_t x = --h->first[e->a + 1], y;

		h->to[x] = e->b;
		h->q[x] = e->q;
		y = --h->first[e->b + 1];
		h->to[y] = e->a;
		h->q[y] = e->q;
	}
	/* filling from the end left each domain's first at the place of the one before */
	memmove(h->first, h->first + 1, h->n * sizeof(*h->first));
	h->first[h->n] = (uint32_t)(2 * h->edges.len);
}

/* ---- the rest of a set, around a pair ---- */

/* The first set in order with these members and any others. */
static void first_with(const struct hunt *h, uint32_t nmembers, uint32_t *ret)
{
	uint32_t n = nmembers;

	memcpy(ret, h->set, n * sizeof(*ret));
	for (uint32_t d = 0; n < h->size && d < h->n; d++) {
		bool taken = false;

		for (uint32_t i = 0; i < nmembers; i++)
			taken |= h->set[i] == d;
		if (!taken)
			ret[n++] = d;
	}
	for (uint32_t i = 1; i < n; i++)
		for (uint32_t j = i; j && ret[j - 1] > ret[j]; j--) {
			uint32_t swap = ret[j];

			ret[j] = ret[j - 1];
			ret[j - 1] = swap;
		}
}

/* Whether sets with the members so far can have a place when none totals more than `bound`. */
static bool is_promising(const struct hunt *h, uint32_t nmembers, double bound)
{
	uint32_t first[WORST_MAX_SIZE];
	int64_t total = (int64_t)floor(bound + SLACK);

	if (total != least_total(&h->best))
		return total > least_total(&h->best);
	first_with(h, nmembers, first);
	return has_place(&h->best, total, first);
}

static void offer_set(struct hunt *h)
{
	uint32_t set[WORST_MAX_SIZE];

	first_with(h, h->size, set);
	offer(&h->best, weights_total(h->w, h->target, set, h->size), set);
}

static void add_around(struct hunt *h, uint32_t d, double sign)
{
	for (uint32_t i = h->first[d]; i < h->first[d + 1]; i++)
		h->around[h->to[i]] += sign * h->q[i];
}

static void last_member(struct hunt *h, const uint32_t *from, uint32_t nfrom, double so_far)
{
	for (uint32_t i = 0; i < nfrom; i++) {
		if (h->in_set[from[i]] || so_far + h->around[from[i]] + SLACK < (double)least_total(&h->best))
			continue;
		h->set[h->size - 1] = from[i];
		if (is_promising(h, h->size, so_far + h->around[from[i]]))
			offer_set(h);
	}
}

static void more_members(struct hunt *h, uint32_t n, const uint32_t *from, uint32_t nfrom, double so_far);

/* Those of `from` that could be in a set of interest, most promising first. Returns how many; `into` has room. */
static uint32_t choose(const struct hunt *h, uint32_t n, const uint32_t *from, uint32_t nfrom, double so_far,
                       uint32_t *into)
{
	uint32_t left = h->size - n, chosen = 0;
	double most = -DBL_MAX, rest;

	for (uint32_t i = 0; i < nfrom; i++)
		if (!h->in_set[from[i]])
			most = fmax(most, h->around[from[i]]);
	rest = so_far + (left - 1) * most + pairs_in(left) * h->cap + SLACK;
	for (uint32_t i = 0; i < nfrom; i++)
		if (!h->in_set[from[i]] && rest + h->around[from[i]] >= (double)least_total(&h->best))
			into[chosen++] = from[i];
	qsort_r(into, chosen, sizeof(*into), by_single_weight, h->around);
	return chosen;
}

static void try_members(struct hunt *h, uint32_t n, uint32_t *from, uint32_t nfrom, double so_far)
{
	uint32_t left = h->size - n;

	for (uint32_t i = 0; i + left <= nfrom && !h->gave_up; i++) {
		uint32_t d = from[i];
		double with = h->around[d];

		/* the first is the heaviest around; the others are none heavier */
		if (so_far + left * with + pairs_in(left) * h->cap + SLACK < (double)least_total(&h->best))
			return;
		h->set[n] = d;
		if (!is_promising(h, n + 1, so_far + left * with + pairs_in(left) * h->cap))
			continue;
		h->in_set[d] = true;
		add_around(h, d, 1);
		more_members(h, n + 1, from + i + 1, nfrom - i - 1, so_far + with);
		add_around(h, d, -1);
		h->in_set[d] = false;
	}
}

/* Sets of the `n` members so far, that are `so_far` heavy together, and others of `from`. */
static void more_members(struct hunt *h, uint32_t n, const uint32_t *from, uint32_t nfrom, double so_far)
{
	uint32_t *chosen;

	h->scanned += nfrom;
	h->gave_up |= h->scanned > MAX_SCANNED;
	if (h->gave_up)
		return;
	if (n == h->size) {
		offer_set(h);
	} else if (n + 1 == h->size) {
		last_member(h, from, nfrom, so_far);
	} else {
		chosen = xcalloc(nfrom + 1, sizeof(*chosen));
		try_members(h, n, chosen, choose(h, n, from, nfrom, so_far, chosen), so_far);
		free(chosen);
	}
}

static double pair_q(const struct hunt *h, uint32_t a, uint32_t b)
{
	return h->pairs[a < b ? pair_at(h->w, a, b) : pair_at(h->w, b, a)];
}

static void try_third(struct hunt *h, uint32_t d, double so_far)
{
	double total;

	h->scanned++;
	if (d == h->set[0] || d == h->set[1])
		return;
	total = so_far + h->single[d] + pair_q(h, h->set[0], d) + pair_q(h, h->set[1], d);
	if (total + SLACK < (double)least_total(&h->best))
		return;
	h->set[2] = d;
	if (is_promising(h, 3, total))
		offer_set(h);
}

/* A third without a heavy edge to either has to be heavy enough itself. */
static void third_members(struct hunt *h)
{
	double so_far = h->single[h->set[0]] + h->single[h->set[1]] + pair_q(h, h->set[0], h->set[1]);

	for (uint32_t i = 0; i < 2; i++)
		for (uint32_t j = h->first[h->set[i]]; j < h->first[h->set[i] + 1]; j++)
			try_third(h, h->to[j], so_far);
	for (uint32_t i = 0; i < h->n; i++) {
		uint32_t d = h->by_single[i];

		if (so_far + h->single[d] + 2 * h->light + SLACK < (double)least_total(&h->best))
			break;
		try_third(h, d, so_far);
	}
	h->gave_up |= h->scanned > MAX_SCANNED;
}

/* All sets of interest whose heaviest pair this is, `p` heavy or less. */
static void try_pair(struct hunt *h, uint32_t a, uint32_t b, double p)
{
	double so_far = h->single[a];

	h->scanned++;
	h->set[0] = a;
	h->set[1] = b;
	if (!is_promising(h, 2, p * pairs_in(h->size)))
		return;
	if (h->pairs) {
		third_members(h);
		return;
	}
	h->cap = fmin(h->heaviest_q, fmax(p, 0));
	h->in_set[a] = h->in_set[b] = true;
	add_around(h, a, 1);
	so_far += h->around[b];
	add_around(h, b, 1);
	more_members(h, 2, h->by_single, h->n, so_far);
	add_around(h, b, -1);
	add_around(h, a, -1);
	h->in_set[a] = h->in_set[b] = false;
}

/* ---- pairs in rounds ---- */

struct round { double from, to; }; /* from <= p < to */

static double pair_weight(const struct hunt *h, uint32_t a, uint32_t b, double q)
{
	return q + (h->single[a] + h->single[b]) / (h->size - 1);
}

static void try_light_edges(struct hunt *h, struct round r)
{
	const int32_t *q = h->pairs;

	for (uint32_t a = 0; a < h->n && !h->gave_up; a++)
		for (uint32_t b = a + 1; b < h->n; b++, q++) {
			double p = pair_weight(h, a, b, *q);

			if (*q > 0 && *q <= h->light && p >= r.from && p < r.to)
				try_pair(h, a, b, p);
		}
	h->scanned += pair_at(h->w, h->n - 2, h->n - 1);
}

static void try_edges(struct hunt *h, struct round r)
{
	if (h->light > 0 && pair_weight(h, h->by_single[0], h->by_single[1], h->light) >= r.from)
		try_light_edges(h, r);
	for (size_t i = 0; i < h->edges.len && !h->gave_up; i++) {
		const struct edge *e = &h->edges.at[i];
		double p = pair_weight(h, e->a, e->b, e->q);

		if (e->q > 0 && p >= r.from && p < r.to)
			try_pair(h, e->a, e->b, p);
	}
	h->scanned += h->edges.len;
}

/* Where in by_single, after `i`, the pairs with `i` begin that are lighter than `to`. */
static uint32_t first_lighter(const struct hunt *h, uint32_t i, double to)
{
	uint32_t low = i + 1, high = h->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (pair_weight(h, h->by_single[i], h->by_single[mid], 0) < to)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* Pairs of which nothing but their members' own weights is known: q is no more than 0, or they come with the edges. */
static void try_singles(struct hunt *h, struct round r)
{
	for (uint32_t i = 0; i + 1 < h->n && !h->gave_up; i++) {
		uint32_t a = h->by_single[i], j = first_lighter(h, i, r.to);

		if (pair_weight(h, a, h->by_single[i + 1], 0) < r.from)
			return;
		while (j < h->n && !h->gave_up) {
			uint32_t b = h->by_single[j];
			double p = pair_weight(h, a, b, 0);

			if (p < r.from)
				break;
			h->set[0] = a;
			h->set[1] = b;
			if (!is_promising(h, 2, p * pairs_in(h->size))) {
				j = h->run_end[j]; /* of the same weight and later in order */
				continue;
			}
			try_pair(h, a, b, p);
			j++;
		}
		h->gave_up |= ++h->scanned > MAX_SCANNED;
	}
}

static double heaviest_pair(const struct hunt *h)
{
	double p = h->n > 1 ? pair_weight(h, h->by_single[0], h->by_single[1], h->light) : 0;

	for (size_t i = 0; i < h->edges.len; i++)
		p = fmax(p, pair_weight(h, h->edges.at[i].a, h->edges.at[i].b, h->edges.at[i].q));
	return p;
}

static void try_pairs(struct hunt *h)
{
	struct round r = {0, DBL_MAX};

	for (r.from = ROUND * heaviest_pair(h); !h->gave_up; r.from *= ROUND) {
		if (r.to < DBL_MAX && r.to * pairs_in(h->size) + SLACK < (double)least_total(&h->best))
			return;
		try_edges(h, r);
		try_singles(h, r);
		sort_in(&h->best);
		r.to = r.from;
		if (r.to <= 0)
			return;
	}
}

/* ---- sets that have a positive weight themselves ---- */

static void try_own(void *context, const uint32_t *set, uint32_t size, const struct weight *weight)
{
	struct hunt *h = context;
	int32_t own = weight->of[h->target];

	if (own <= 0)
		return;
	if (size == 1)
		offer(&h->best, own, set);
	else
		offer(&h->best, weights_total(h->w, h->target, set, size), set);
}

static void try_own_pairs(struct hunt *h)
{
	const int32_t *own = h->w->pairs[h->target];
	int64_t least = least_total(&h->best);
	uint32_t set[2];

	for (set[0] = 0; set[0] < h->n; set[0]++)
		for (set[1] = set[0] + 1; set[1] < h->n; set[1]++, own++) {
			int64_t total = (int64_t)*own + h->w->singles[set[0]].of[h->target] + h->w->singles[set[1]].of[h->target];

			if (*own <= 0 || total < least)
				continue;
			offer(&h->best, total, set);
			least = least_total(&h->best);
		}
}

void heaviest_find(const struct weights *w, enum target t, uint32_t size, size_t top, struct heaviest *ret)
{
	struct hunt h = {.w = w, .target = t, .best = {.top = top, .size = size}, .n = w->n, .size = size};

	if (size == 2 && w->pairs[t])
		try_own_pairs(&h);
	else
		weights_each_of(w, size, try_own, &h);
	sort_in(&h.best);
	if (size > 1 && size <= w->n) {
		list_singles(&h);
		list_edges(&h);
		h.in_set = xcalloc(h.n, sizeof(*h.in_set));
		h.around = xcalloc(h.n, sizeof(*h.around));
		memcpy(h.around, h.single, h.n * sizeof(*h.around));
		try_pairs(&h);
	}
	sort_in(&h.best);
	ret->sets.at = h.best.kept.at;
	ret->sets.len = h.best.kept.len;
	ret->sets.cap = h.best.kept.cap;
	ret->proven = !h.gave_up;
	vec_free(&h.best.waiting);
	vec_free(&h.edges);
	free(h.single);
	free(h.by_single);
	free(h.run_end);
	free(h.first);
	free(h.to);
	free(h.q);
	free(h.in_set);
	free(h.around);
}

void heaviest_release(struct heaviest *h)
{
	vec_free(&h->sets);
}

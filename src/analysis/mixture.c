/* mixture - see mixture_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/mixture_p.h"
#include "base/vec.h"

#define MAX_CROSSING 14 /* causes outside the tree: each doubles the work */

/* ---- by patterns ---- */

static void spread_out(const struct mixture *x, double *p)
{
	uint32_t all = 1u << x->nitems;

	memset(p, 0, all * sizeof(*p));
	p[0] = 1;
	for (uint32_t c = 0; c < x->ncauses; c++) {
		uint32_t takes = (uint32_t)*cause_takes(x, c);

		if (x->down[c] <= 0)
			continue;
		for (uint32_t set = 0; set < all; set++) {
			if ((set & takes) == takes || p[set] <= 0)
				continue;
			p[set | takes] += p[set] * x->down[c];
			p[set] *= x->up[c];
		}
	}
}

/*
 * A set without all that a cause takes says that the cause is not at work; nothing has to be undone to know what would
 * be if it were.
 */
static double pivotal_by_pattern(const struct mixture *x, const struct verdicts *v, const double *p, uint32_t cause,
                                 enum target target)
{
	uint32_t takes = (uint32_t)*cause_takes(x, cause), bit = 1u << target;
	struct sum breaks = {0, 0};

	for (uint32_t set = 0; set < v->size; set++) {
		int with = (v->broken[set | takes] & bit) != 0, without = (v->broken[set] & bit) != 0;

		if (with != without)
			sum_add(&breaks, with ? p[set] : -p[set]);
	}
	return sum_of(&breaks);
}

static void add_up(const struct verdicts *v, const double *p, struct mixed *ret)
{
	struct sum broken[TARGETS] = {{0, 0}};

	for (uint32_t set = 0; set < v->size; set++)
		for (enum target t = 0; v->broken[set] && t < TARGETS; t++)
			if (v->broken[set] & 1u << t)
				sum_add(&broken[t], p[set]);
	for (enum target t = 0; t < TARGETS; t++)
		ret->most[t] = ret->least[t] = sum_of(&broken[t]);
}

#define SMALL_PATTERN 10 /* items: on the stack */

void mixture_by_patterns(const struct mixture *x, const struct verdicts *v, struct mixed *ret)
{
	double small[1u << SMALL_PATTERN], *p = small;

	if (x->nitems > SMALL_PATTERN)
		p = xmalloc(((size_t)1 << x->nitems) * sizeof(*p));
	spread_out(x, p);
	add_up(v, p, ret);
	for (uint32_t c = 0; ret->pivotal && c < x->ncauses; c++)
		ret->pivotal[c] = pivotal_by_pattern(x, v, p, c, ret->target);
	if (p != small)
		free(p);
}

/* ---- by counts: the tree ---- */

/* How likely each index is: those that can be, in no order. */
struct spread {
	VEC(uint32_t) at;
	VEC(double) p;
};

struct nest_node {
	uint32_t cause;
	uint32_t adds;                     /* all that it takes */
	uint32_t first_child, end_child;   /* in nest.children */
	uint32_t first_item, end_item;     /* in nest.items: those that are in no child */
	struct spread spread;
};

struct nest {
	uint32_t nnodes, ncrossing;
	struct nest_node *nodes;           /* inner ones first; the last one takes everything, never */
	uint32_t *children, *items;
	uint32_t crossing[MAX_CROSSING];
	uint64_t *forced;                  /* items that crossing causes have taken */
	double *dense;                     /* [index] 0 between calls */
	double *down, *up;                 /* with one cause held fast */
	struct spread product;
	uint64_t work;
};

static uint32_t set_size(const uint64_t *set, uint32_t nwords)
{
	uint32_t n = 0;

	for (uint32_t w = 0; w < nwords; w++)
		n += (uint32_t)__builtin_popcountll(set[w]);
	return n;
}

/* Nested one in the other, or disjoint. */
static bool sets_nest(const uint64_t *a, const uint64_t *b, uint32_t nwords)
{
	bool common = false, only_a = false, only_b = false;

	for (uint32_t w = 0; w < nwords; w++) {
		common |= (a[w] & b[w]) != 0;
		only_a |= (a[w] & ~b[w]) != 0;
		only_b |= (b[w] & ~a[w]) != 0;
	}
	return !common || !only_a || !only_b;
}

struct sized { uint32_t cause, size; };

static int by_size(const void *x, const void *y)
{
	const struct sized *a = x, *b = y;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return (a->cause > b->cause) - (a->cause < b->cause);
}

/* Sorts the causes into those of the tree, smaller ones first, and those that cross it. */
static bool sort_causes(struct nest *n, const struct mixture *x, struct sized *tree, uint32_t *ret_ntree)
{
	uint32_t ntree = 0;

	for (uint32_t c = 0; c < x->ncauses; c++) {
		bool fits = true;

		for (uint32_t i = 0; c >= x->nnested && i < ntree && fits; i++)
			fits = sets_nest(cause_takes(x, c), cause_takes(x, tree[i].cause), x->nwords);
		if (fits)
			tree[ntree++] = (struct sized){c, set_size(cause_takes(x, c), x->nwords)};
		else if (n->ncrossing == MAX_CROSSING)
			return false;
		else
			n->crossing[n->ncrossing++] = c;
	}
	if (ntree > 1)
		qsort(tree, ntree, sizeof(*tree), by_size);
	*ret_ntree = ntree;
	return true;
}

#define NO_NODE UINT32_MAX

/* Makes the node of a set (NULL: of everything) from the largest nodes so far that are inside it. */
static void add_node(struct nest *n, const struct mixture *x, const struct verdicts *v, const uint64_t *set,
                     uint32_t *top, uint32_t *nchildren, uint32_t *nitems)
{
	struct nest_node *node = &n->nodes[n->nnodes];

	node->first_child = *nchildren;
	node->first_item = *nitems;
	for (uint32_t i = 0; i < x->nitems; i++) {
		if (set && !set_has(set, i))
			continue;
		node->adds += v->adds[i];
		if (top[i] == NO_NODE)
			n->items[(*nitems)++] = i;
		else if (*nchildren == node->first_child || n->children[*nchildren - 1] != top[i]) {
			uint32_t seen = node->first_child;

			while (seen < *nchildren && n->children[seen] != top[i])
				seen++;
			if (seen == *nchildren)
				n->children[(*nchildren)++] = top[i];
		}
	}
	for (uint32_t i = 0; i < x->nitems; i++)
		if (!set || set_has(set, i))
			top[i] = n->nnodes;
	node->end_child = *nchildren;
	node->end_item = *nitems;
	n->nnodes++;
}

static void build_tree(struct nest *n, const struct mixture *x, const struct verdicts *v, const struct sized *tree,
                       uint32_t ntree)
{
	uint32_t *top = xmalloc((x->nitems + 1) * sizeof(*top)), nchildren = 0, nitems = 0;

	memset(top, 0xff, (x->nitems + 1) * sizeof(*top));
	n->nodes = xcalloc(ntree + 1, sizeof(*n->nodes));
	n->children = xcalloc(ntree + 1, sizeof(*n->children));
	n->items = xcalloc(x->nitems + 1, sizeof(*n->items));
	for (uint32_t i = 0; i < ntree; i++) {
		n->nodes[i].cause = tree[i].cause;
		add_node(n, x, v, cause_takes(x, tree[i].cause), top, &nchildren, &nitems);
	}
	n->nodes[ntree].cause = x->ncauses;
	add_node(n, x, v, NULL, top, &nchildren, &nitems);
	free(top);
}

/* ---- by counts: the convolution ---- */

static void spread_put(struct spread *s, uint32_t at, double p)
{
	vec_push(&s->at, at);
	vec_push(&s->p, p);
}

static void spread_clear(struct spread *s)
{
	vec_clear(&s->at);
	vec_clear(&s->p);
}

/* `a` becomes the spread of sums of one of each. */
static void convolve(struct nest *n, struct spread *a, const struct spread *b)
{
	struct spread *to = &n->product, old;

	spread_clear(to);
	n->work += a->at.len * b->at.len;
	for (size_t i = 0; i < a->at.len; i++)
		for (size_t j = 0; j < b->at.len; j++) {
			uint32_t at = a->at.at[i] + b->at.at[j];
			double p = a->p.at[i] * b->p.at[j];

			if (p <= 0)
				continue;
			if (n->dense[at] <= 0)
				vec_push(&to->at, at);
			n->dense[at] += p;
		}
	for (size_t i = 0; i < to->at.len; i++) {
		vec_push(&to->p, n->dense[to->at.at[i]]);
		n->dense[to->at.at[i]] = 0;
	}
	old = *a;
	*a = *to;
	*to = old;
}

/* Its own failure mixes with what is so without it. */
static void mix_in(struct spread *s, uint32_t all, double down, double up)
{
	for (size_t i = 0; i < s->p.len; i++)
		s->p.at[i] *= up;
	for (size_t i = 0; i < s->at.len; i++)
		if (s->at.at[i] == all) {
			s->p.at[i] += down;
			return;
		}
	spread_put(s, all, down);
}

static void spread_node(struct nest *n, const struct verdicts *v, uint32_t at)
{
	struct nest_node *node = &n->nodes[at];
	uint32_t taken = 0;

	for (uint32_t i = node->first_item; i < node->end_item; i++)
		if (set_has(n->forced, n->items[i]))
			taken += v->adds[n->items[i]];
	spread_clear(&node->spread);
	spread_put(&node->spread, taken, 1);
	for (uint32_t i = node->first_child; i < node->end_child; i++)
		convolve(n, &node->spread, &n->nodes[n->children[i]].spread);
	if (at + 1 < n->nnodes && n->down[node->cause] > 0)
		mix_in(&node->spread, node->adds, n->down[node->cause], n->up[node->cause]);
}

static void add_state(struct nest *n, const struct verdicts *v, double weight, struct sum broken[TARGETS])
{
	const struct spread *all = &n->nodes[n->nnodes - 1].spread;

	for (uint32_t i = 0; i < n->nnodes; i++)
		spread_node(n, v, i);
	for (size_t i = 0; i < all->at.len; i++)
		for (enum target t = 0; t < TARGETS; t++)
			if (v->broken[all->at.at[i]] & 1u << t)
				sum_add(&broken[t], weight * all->p.at[i]);
}

/* Every state of the crossing causes, with the probabilities in n->down and n->up. */
static void add_states(const struct mixture *x, const struct verdicts *v, struct nest *n, double ret[TARGETS])
{
	struct sum broken[TARGETS] = {{0, 0}};

	for (uint32_t state = 0; state < 1u << n->ncrossing; state++) {
		double weight = 1;

		memset(n->forced, 0, x->nwords * sizeof(*n->forced));
		for (uint32_t i = 0; i < n->ncrossing && weight > 0; i++) {
			bool works = state >> i & 1;

			weight *= works ? n->down[n->crossing[i]] : n->up[n->crossing[i]];
			for (uint32_t w = 0; works && w < x->nwords; w++)
				n->forced[w] |= cause_takes(x, n->crossing[i])[w];
		}
		if (weight > 0)
			add_state(n, v, weight, broken);
	}
	for (enum target t = 0; t < TARGETS; t++)
		ret[t] = sum_of(&broken[t]);
}

static double held(const struct mixture *x, const struct verdicts *v, struct nest *n, uint32_t cause, bool works,
                   enum target target)
{
	double broken[TARGETS];

	n->down[cause] = works;
	n->up[cause] = !works;
	add_states(x, v, n, broken);
	n->down[cause] = x->down[cause];
	n->up[cause] = x->up[cause];
	return broken[target];
}

/* What rounding leaves of two equal sums is no difference. */
static double difference(double a, double b)
{
	double d = a - b, size = d < 0 ? -d : d;

	return size > 1e-13 * a ? d : 0;
}

void mixture_by_counts(const struct mixture *x, const struct verdicts *v, struct nest *n, struct mixed *ret)
{
	memcpy(n->down, x->down, x->ncauses * sizeof(*n->down));
	memcpy(n->up, x->up, x->ncauses * sizeof(*n->up));
	add_states(x, v, n, ret->most);
	memcpy(ret->least, ret->most, sizeof(ret->least));
	for (uint32_t c = 0; ret->pivotal && c < x->ncauses; c++)
		ret->pivotal[c] = x->up[c] * difference(held(x, v, n, c, true, ret->target),
		                                        held(x, v, n, c, false, ret->target));
}

struct nest *nest_new(const struct mixture *x, const struct verdicts *v)
{
	struct nest *n = xcalloc(1, sizeof(*n));
	struct sized *tree = xcalloc(x->ncauses + 1, sizeof(*tree));
	struct mixed once = {.pivotal = NULL};
	double *half = xmalloc((x->ncauses + 1) * sizeof(*half));
	struct mixture even = *x;
	uint32_t ntree;

	n->forced = xcalloc(x->nwords + 1, sizeof(*n->forced));
	n->dense = xcalloc(v->size + 1, sizeof(*n->dense));
	n->down = xcalloc(x->ncauses + 1, sizeof(*n->down));
	n->up = xcalloc(x->ncauses + 1, sizeof(*n->up));
	if (!sort_causes(n, x, tree, &ntree)) {
		nest_free(n);
		n = NULL;
	} else {
		uint32_t ncrossing = n->ncrossing;

		build_tree(n, x, v, tree, ntree);
		for (uint32_t c = 0; c < x->ncauses; c++)
			half[c] = 0.5;
		even.down = even.up = half;
		n->ncrossing = 0; /* one state of them, to see what it takes */
		mixture_by_counts(&even, v, n, &once);
		n->ncrossing = ncrossing;
		n->work = (n->work + n->nnodes + x->nitems) << ncrossing;
	}
	free(half);
	free(tree);
	return n;
}

uint64_t nest_work(const struct nest *n)
{
	return n->work;
}

static void spread_release(struct spread *s)
{
	vec_free(&s->at);
	vec_free(&s->p);
}

void nest_free(struct nest *n)
{
	if (!n)
		return;
	for (uint32_t i = 0; i < n->nnodes; i++)
		spread_release(&n->nodes[i].spread);
	spread_release(&n->product);
	free(n->nodes);
	free(n->children);
	free(n->items);
	free(n->forced);
	free(n->dense);
	free(n->down);
	free(n->up);
	free(n);
}

/* ---- by few ---- */

uint64_t few_states(uint32_t ncauses, uint32_t few)
{
	double all = 1, of_size = 1;

	for (uint32_t i = 1; i <= few && i <= ncauses; i++) {
		of_size = of_size * (ncauses - i + 1) / i;
		all += of_size;
	}
	return all < 1e18 ? (uint64_t)all : UINT64_MAX;
}

#define MAX_FEW 16

uint32_t few_within(uint32_t ncauses, uint32_t limit)
{
	uint32_t few = 0;

	while (few < MAX_FEW && few < ncauses && few_states(ncauses, few + 1) <= limit)
		few++;
	return few;
}

struct choosing {
	uint32_t ncauses, few, chosen[MAX_FEW];
	few_fn *visit;
	void *context;
};

static void choose(struct choosing *k, uint32_t from, uint32_t n)
{
	k->visit(k->context, k->chosen, n);
	for (uint32_t c = from; n < k->few && c < k->ncauses; c++) {
		k->chosen[n] = c;
		choose(k, c + 1, n + 1);
	}
}

void few_each(uint32_t ncauses, uint32_t few, few_fn *visit, void *context)
{
	struct choosing k = {.ncauses = ncauses, .few = few, .visit = visit, .context = context};

	choose(&k, 0, 0);
}

struct adding_few {
	const struct mixture *x;
	const uint8_t *broken;
	double none;                 /* that no cause is at work */
	struct sum of[TARGETS];
};

static void add_few(void *context, const uint32_t *causes, uint32_t n)
{
	struct adding_few *k = context;
	uint8_t broken = *k->broken++;
	double p = k->none;

	for (uint32_t i = 0; i < n; i++)
		p = p / k->x->up[causes[i]] * k->x->down[causes[i]];
	for (enum target t = 0; t < TARGETS; t++)
		if (broken & 1u << t)
			sum_add(&k->of[t], p);
}

/* That more than so many causes are at work. */
static double share_of_more(const struct mixture *x, uint32_t few)
{
	double by_number[MAX_FEW + 2] = {1}; /* the last: more than few */

	for (uint32_t c = 0; c < x->ncauses; c++) {
		by_number[few + 1] += by_number[few] * x->down[c];
		for (uint32_t i = few + 1; i-- > 0;)
			by_number[i] = by_number[i] * x->up[c] + (i ? by_number[i - 1] * x->down[c] : 0);
	}
	return by_number[few + 1];
}

void mixture_by_few(const struct mixture *x, uint32_t few, const uint8_t *broken, struct mixed *ret)
{
	struct adding_few k = {.x = x, .broken = broken, .none = 1};
	double more = share_of_more(x, few);

	for (uint32_t c = 0; c < x->ncauses; c++)
		k.none *= x->up[c];
	few_each(x->ncauses, few, add_few, &k);
	for (enum target t = 0; t < TARGETS; t++) {
		ret->least[t] = sum_of(&k.of[t]);
		ret->most[t] = ret->least[t] + more < 1 ? ret->least[t] + more : 1;
	}
}
